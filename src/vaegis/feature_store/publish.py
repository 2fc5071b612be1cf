"""Give rows back to Feast as a view and a service, offline and online; what is there already is not written twice.

They stand in a Feast project of their own, `<project>_published`, with the registry and the stores of the repository:
`feast apply` drops what a repository does not define, and would drop them too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from vaegis.contract import TableSchema
from vaegis.durable import write_bytes
from vaegis.errors import DataError
from vaegis.feature_store.answering import answering
from vaegis.feature_store.merge import CREATED, merge
from vaegis.feature_store.online import put_online
from vaegis.feature_store.published import SETTINGS
from vaegis.feature_store.repository import configured, settings_of

if TYPE_CHECKING:
    from feast import FeatureStore, FeatureView

_VALUES: Final = {"string": "STRING", "int64": "INT64", "float64": "DOUBLE", "bool": "BOOL"}
_DEFAULT: Final = "data/online.db"
"""Where Feast's SQLite lies if nothing is said."""


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
    repository: Path,
    state: Path | None,
    schema: TableSchema,
    parts: Sequence[Path],
    version: str,
    folder: Path,
    *,
    online: bool = True,
) -> Publication:
    """Write the rows of a version, register view and service, and put each entity's newest row online.

    A row is named by keys, time and version: published again it takes its own place, and the same rows leave the same
    bytes. Where versions overlap, Feast's join takes the one that was published last, be it an older one again. Columns
    are those of all versions: where a version has fewer latents, the others are null in its rows.

    Args:
        repository: the Feast repository whose stores are used; only read.
        state: where registry and online store lie if the repository is somebody else's.
        schema: keys and time of the rows.
        parts: Parquet files of the rows.
        version: what the model is called.
        folder: where offline rows lie; nothing of DVC's.
        online: whether any row goes online.

    Raises:
        DataError: rows repeat a name, or the settings are wrong.
        ServiceError: a store does not answer or does not take them; what went offline stays.
    """
    name = service_name(schema)
    place = folder.absolute() / name
    rows = merge(place / f"{version.replace('/', '-')}.parquet", parts, [*schema.keys, schema.time])
    settings, described = (settings_of(repository.resolve(), state, to_be_written=later) for later in (False, True))
    for each in (settings, described):
        each["project"] = f"{each['project']}_published"
    store = _open(repository, settings)
    with answering("registry", repository):
        view = _register(store, schema, name, place, online=online)
    with answering("online store", repository):
        entities = put_online(store, view, schema, place) if online else 0
    if "online_store" in described or described.get("provider", "local") == "local":  # a cloud's has no path
        described["online_store"] = _absolute(described.get("online_store", "sqlite"), repository.resolve())
    write_bytes(folder / SETTINGS, yaml.safe_dump(described, sort_keys=True).encode())
    return Publication(project=str(settings["project"]), name=name, rows=rows, online=entities, repository=folder)


def _open(repository: Path, settings: dict[str, Any]) -> "FeatureStore":
    configuration = configured(repository.resolve(), settings)
    from feast import FeatureStore  # noqa: PLC0415 - after the lean import

    if hasattr(configuration.online_store, "skip_dedup"):
        # Redis leaves what is there unless the time is newer, and another version's row has the same time.
        configuration.online_store.skip_dedup = True
    return FeatureStore(config=configuration)


def _register(store: "FeatureStore", schema: TableSchema, name: str, place: Path, *, online: bool) -> "FeatureView":
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
    fields = [
        Field(
            name=column.name,
            dtype=Float64 if pa.types.is_floating(column.type) else String,
            tags={"kind": "numeric", "role": "feature"}
            if pa.types.is_floating(column.type)
            else {"kind": "category", "role": "context"},
        )
        for column in _columns(place)
        if column.name not in (*schema.keys, schema.time, CREATED)
    ]
    view = FeatureView(
        name=name,
        entities=entities,
        ttl=timedelta(0),
        source=source,
        schema=fields,
        online=online,
        description=f"what the champion makes of {schema.service}",
        tags={"service": schema.service},
    )
    store.apply([*entities, view, FeatureService(name=name, features=[view])])
    return view


def _columns(place: Path) -> pa.Schema:
    """Return the columns of all versions, those of the widest first."""
    schemas = sorted(map(pq.read_schema, sorted(place.glob("*.parquet"))), key=len, reverse=True)
    try:
        return pa.unify_schemas(schemas)
    except pa.ArrowException as error:
        what = f"the versions in {place} hold columns of different types ({str(error).splitlines()[0]})"
        raise DataError(what, allowed="one type for each column", where="remove the versions that differ") from None


def _absolute(online: Any, repository: Path) -> Any:
    """Return the online store's settings for who opens them from another folder."""
    settings = {"type": "sqlite"} if online == "sqlite" else online
    if not isinstance(settings, dict) or settings.get("type") != "sqlite":
        return online
    path = str(settings.get("path", _DEFAULT))
    return settings if path.startswith("$") else {**settings, "path": str((repository / path).resolve())}
