"""Give rows back to Feast as a view and a service, offline and online; what is there already is not written twice.

They stand in a Feast project of their own, `<project>_published`, with the registry and the stores of the repository:
`feast apply` drops what a repository does not define, and would drop them too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from vaegis.contract import TableSchema
from vaegis.durable import replacing, write_bytes
from vaegis.errors import DataError
from vaegis.feature_store.repository import configured, settings_of
from vaegis.feature_store.scan import quoted, run, text

if TYPE_CHECKING:
    from feast import FeatureStore, FeatureView

CREATED: Final = "created_timestamp"
_VALUES: Final = {"string": "STRING", "int64": "INT64", "float64": "DOUBLE", "bool": "BOOL"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """What stands in the store now."""

    project: str
    name: str
    """Of the view and of the service."""
    rows: int
    """Of this version."""
    online: int
    """Entities whose newest row can be read online."""
    repository: Path
    """Folder to open with `FeatureStore(repo_path=...)`."""


def service_name(schema: TableSchema) -> str:
    """Return `<entity>_latents_v1` by the names of the keys."""
    return "_".join(key.removesuffix("_id") for key in schema.keys) + "_latents_v1"


def publish(
    repository: Path, state: Path | None, schema: TableSchema, tables: Iterable[pa.Table], version: str, folder: Path
) -> Publication:
    """Write the rows of a version, register view and service, and put each entity's newest row online.

    A row is named by keys, time and version: published again it takes its own place, and the same rows leave the same
    bytes. Where versions overlap, Feast's join takes the one that was published last.

    Args:
        repository: the Feast repository whose stores are used; only read.
        state: where registry and online store lie if the repository is somebody else's.
        schema: keys and time of the rows.
        tables: the rows, in pieces.
        version: what the model is called.
        folder: where offline rows lie; nothing of DVC's.
    """
    name = service_name(schema)
    place = folder.absolute() / name
    rows = _write(place / f"{version.replace('/', '-')}.parquet", schema, tables)
    settings = settings_of(repository.resolve(), state)
    settings["project"] = f"{settings['project']}_published"
    store = _open(repository, settings)
    view = _register(store, schema, name, place)
    online = _put_online(store, view, schema, place)
    described = {**settings, "online_store": _absolute(settings.get("online_store"), repository.resolve())}
    write_bytes(folder / "feature_store.yaml", yaml.safe_dump(described, sort_keys=True).encode())
    return Publication(project=str(settings["project"]), name=name, rows=rows, online=online, repository=folder)


def _write(file: Path, schema: TableSchema, tables: Iterable[pa.Table]) -> int:
    """Merge rows into the version's file by keys and time; return how many it holds.

    New rows go beside it first, piece by piece: memory does not grow with them. Rows that are there already keep the
    moment at which they were created.
    """
    row = [*schema.keys, schema.time]
    fresh = file.parent / f".{file.stem}.new"
    fresh.parent.mkdir(parents=True, exist_ok=True)
    try:
        writer = None
        for table in tables:
            writer = writer or pq.ParquetWriter(fresh, table.schema, compression="zstd")
            writer.write_table(table)
        if writer is None:
            raise DataError("there are no rows to publish", allowed="at least one", where="INPUT")
        writer.close()
        return _merge(file, fresh, row)
    finally:
        fresh.unlink(missing_ok=True)


def _merge(file: Path, fresh: Path, row: list[str]) -> int:
    new = f"read_parquet({text(str(fresh))})"
    repeated = run(f"SELECT count(*) - count(DISTINCT ({_names(row)})) AS n FROM {new}")["n"][0].as_py()  # noqa: S608
    if repeated:
        what = f"{repeated} rows repeat the keys and time of another"
        raise DataError(what, allowed="each key and time once", where="INPUT")
    moment = text(datetime.now(UTC).isoformat(timespec="seconds"))
    if file.exists():
        old = f"read_parquet({text(str(file))})"
        first = f"(SELECT min({CREATED}) FROM {old})"  # noqa: S608
        kept = f"SELECT * FROM {old} o ANTI JOIN {new} n USING ({_names(row)}) UNION ALL BY NAME "  # noqa: S608
    else:
        first, kept = f"TIMESTAMPTZ {moment}", ""
    merged = run(f"{kept}SELECT *, {first} AS {CREATED} FROM {new} ORDER BY {_names(row)}")  # noqa: S608
    with replacing(file) as temporary:
        pq.write_table(merged, temporary, compression="zstd")
    return int(merged.num_rows)


def _names(row: list[str]) -> str:
    return ", ".join(map(quoted, row))


def _open(repository: Path, settings: dict[str, Any]) -> "FeatureStore":
    configuration = configured(repository.resolve(), settings)
    from feast import FeatureStore  # noqa: PLC0415 - after the lean import

    return FeatureStore(config=configuration)


def _register(store: "FeatureStore", schema: TableSchema, name: str, place: Path) -> "FeatureView":
    from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType  # noqa: PLC0415
    from feast.types import Float64, String  # noqa: PLC0415

    entities = [
        Entity(
            name=key.removesuffix("_id"),
            join_keys=[key],
            value_type=ValueType[_VALUES[schema.column(key).dtype]],
            tags={"kind": "identifier", "role": "key"},
        )
        for key in schema.keys
    ]
    source = FileSource(name=name, path=str(place), timestamp_field=schema.time, created_timestamp_column=CREATED)
    columns = pq.read_schema(next(iter(sorted(place.glob("*.parquet")))))
    fields = [
        Field(
            name=column.name,
            dtype=Float64 if pa.types.is_floating(column.type) else String,
            tags={"kind": "numeric", "role": "feature"}
            if pa.types.is_floating(column.type)
            else {"kind": "category", "role": "context"},
        )
        for column in columns
        if column.name not in (*schema.keys, schema.time, CREATED)
    ]
    view = FeatureView(
        name=name,
        entities=entities,
        ttl=timedelta(0),
        source=source,
        schema=fields,
        description=f"what the champion makes of {schema.service}",
        tags={"service": schema.service},
    )
    store.apply([*entities, view, FeatureService(name=name, features=[view])])
    return view


def _put_online(store: "FeatureStore", view: "FeatureView", schema: TableSchema, place: Path) -> int:
    """Write each entity's newest row, of the version published last: an older row would take a newer one's place."""
    newest = (
        f"SELECT * FROM read_parquet({text(str(place / '*.parquet'))}) "  # noqa: S608
        f"QUALIFY row_number() OVER (PARTITION BY {_names(schema.keys)} "
        f"ORDER BY {quoted(schema.time)} DESC, {CREATED} DESC) = 1"
    )
    frame: pd.DataFrame = run(newest).to_pandas()
    store.write_to_online_store(view.name, frame)
    return len(frame)


def _absolute(online: Any, repository: Path) -> Any:
    """Return the online store's settings for who opens them from another folder."""
    if isinstance(online, dict) and online.get("type") == "sqlite" and online.get("path"):
        return {**online, "path": str((repository / online["path"]).resolve())}
    return online
