"""Each entity's newest row into the online store; into Feast's own SQLite in one statement for many cells. N rows."""

from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from vaegis.contract import TableSchema
from vaegis.feature_store.merge import CREATED, SPILL, names_of
from vaegis.feature_store.scan import quoted, relation
from vaegis.feature_store.spill import spilling

if TYPE_CHECKING:
    from feast import FeatureStore, FeatureView

_ENTITIES: Final = 8_192
"""Put online at once: Feast makes a message of each of their cells."""
_CELL: Final = ("entity_key", "feature_name")
_COLUMNS: Final = (*_CELL, "value", "value_text", "event_ts", "created_ts")
"""Of Feast's table in SQLite, the names of a cell first."""


def put_online(store: "FeatureStore", view: "FeatureView", schema: TableSchema, place: Path) -> int:
    """Write each entity's newest row, of the version published last: an older row would take a newer one's place.

    Args:
        store: whose online store it is.
        view: of numbers and texts alone.
        schema: keys and time.
        place: folder of the rows.

    Returns:
        How many entities there are.
    """
    rows, keys, time = relation(str(place), None), names_of(schema.keys), quoted(schema.time)
    latest = f"SELECT {keys}, max({time}) AS {time} FROM {rows} GROUP BY {keys}"  # noqa: S608
    newest = (
        f"SELECT * FROM {rows} SEMI JOIN ({latest}) USING ({keys}, {time}) "  # noqa: S608
        f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {CREATED} DESC) = 1"
    )
    is_plain, count = _is_plain_sqlite(store), 0
    with spilling(place / SPILL) as connection:
        for batch in connection.sql(newest).to_arrow_reader(_ENTITIES):
            if is_plain:
                _insert(store, view, batch, schema.time)
            else:
                store.write_to_online_store(view.name, batch.to_pandas())
            count += batch.num_rows
    return count


def _is_plain_sqlite(store: "FeatureStore") -> bool:
    """Whether cells go into a table of `_COLUMNS`: Feast's SQLite with none of what it can hold besides."""
    from feast.infra.online_stores.sqlite import SqliteOnlineStore  # noqa: PLC0415 - after the lean import

    config = store.config
    extra = [getattr(config.online_store, name, False) for name in ("vector_enabled", "enable_openai_compatible_store")]
    extra.append(config.registry.enable_online_feature_view_versioning)
    is_feasts = config.provider == "local" and type(store._get_provider().online_store) is SqliteOnlineStore  # noqa: SLF001
    return is_feasts and not any(extra)


def _insert(store: "FeatureStore", view: "FeatureView", batch: pa.RecordBatch, time: str) -> None:
    """Leave in the table what Feast's own writer leaves, which makes a statement of each cell."""
    from feast.infra.online_stores.sqlite import _table_id  # noqa: PLC0415 - after the lean import

    config, online = store.config, store._get_provider().online_store  # noqa: SLF001 - the only way to its connection
    table = _table_id(config.project, view)
    changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in _CELL)
    statement = (
        f"INSERT INTO {quoted(table)} ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(_CELL)}) DO UPDATE SET {changed}"
    )
    with online._get_conn(config) as connection:  # noqa: SLF001
        connection.executemany(statement, _table_rows(config, view, batch, time))


def _table_rows(config: Any, view: "FeatureView", batch: pa.RecordBatch, time: str) -> Iterator[tuple[Any, ...]]:
    """Yield the cells, those of an entity one after another."""
    keys = _entity_keys(config, view, batch)
    seen, made = (_seconds(batch.column(name)) for name in (time, CREATED))
    features = [
        zip(keys, repeat(field.name), *_values(batch.column(field.name)), seen, made, strict=False)
        for field in view.features
    ]
    return chain.from_iterable(zip(*features, strict=True))


def _entity_keys(config: Any, view: "FeatureView", batch: pa.RecordBatch) -> list[bytes]:
    from feast.infra.key_encoding_utils import serialize_entity_key  # noqa: PLC0415 - after the lean import
    from feast.protos.feast.types.EntityKey_pb2 import EntityKey  # noqa: PLC0415
    from feast.type_map import python_values_to_proto_values  # noqa: PLC0415

    kinds = {column.name: column.dtype.to_value_type() for column in view.entity_columns}
    columns = [
        python_values_to_proto_values(batch.column(name).to_numpy(zero_copy_only=False), kind)
        for name, kind in kinds.items()
    ]
    names, version = list(kinds), config.entity_key_serialization_version
    return [
        serialize_entity_key(EntityKey(join_keys=names, entity_values=values), entity_key_serialization_version=version)
        for values in zip(*columns, strict=True)
    ]


def _seconds(times: pa.Array) -> list[int]:
    """Return moments as Feast's adapter for SQLite does, local zone and all."""
    from feast.infra.online_stores.sqlite import adapt_datetime_epoch  # noqa: PLC0415 - after the lean import
    from feast.utils import to_naive_utc  # noqa: PLC0415

    return [adapt_datetime_epoch(to_naive_utc(moment)) for moment in times.to_pylist()]


def _values(column: pa.Array) -> tuple[list[bytes], list[str | None]]:
    """Return each cell as the bytes of Feast's message and as text; a missing one has neither."""
    from feast.protos.feast.types.Value_pb2 import Value  # noqa: PLC0415 - after the lean import

    if not pa.types.is_floating(column.type):
        texts = column.to_pylist()
        known = {text: Value(string_val=text).SerializeToString() for text in set(texts) if text is not None}
        return [known.get(text, b"") for text in texts], texts
    # A message of one double is a tag and its eight bytes; one by one they took a quarter of the time.
    tag = Value(double_val=1.0).SerializeToString()[:-8]
    numbers = np.asarray(column.to_numpy(zero_copy_only=False), dtype="<f8")
    raw, missing = numbers.tobytes(), np.isnan(numbers).tolist()
    written = [b"" if none else tag + raw[8 * n : 8 * n + 8] for n, none in enumerate(missing)]
    return written, [None if none else str(value) for none, value in zip(missing, numbers.tolist(), strict=True)]
