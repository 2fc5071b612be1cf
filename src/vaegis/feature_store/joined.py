"""What the sources of joined views hold: a defect that no row meets today is a defect all the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vaegis.contract import TableSchema
from vaegis.durable import replacing, write_json
from vaegis.feature_store.read import UTC, read_view
from vaegis.feature_store.spine import Spine

if TYPE_CHECKING:
    from feast import FeatureStore

INDEX: Final = "views.json"
_ENTITYLESS: Final = "__dummy"


def read_joined(store: "FeatureStore", schema: TableSchema, spine: Spine, rows: pa.Table) -> dict[str, pa.Table]:
    """Read what each joined view's source holds from one time-to-live before the first row to the last row.

    Each table holds keys, time and the contract's columns of the view, sorted by all of them.
    """
    span = pc.min_max(rows[spine.time].cast(UTC)).as_py()
    known = {view.name: view for view in store.list_feature_views() if view.name != spine.view}
    joined = {}
    for name in dict.fromkeys(column.view for column in schema.columns if column.view in known):
        view = known[name]
        start = span["min"] - view.ttl if view.ttl else None
        keys = [store.get_entity(entity).join_key for entity in view.entities if entity != _ENTITYLESS]
        features = [column.name for column in schema.columns if column.view == name]
        table = read_view(store, view, keys, features, start, span["max"])
        table = table.select([*keys, view.batch_source.timestamp_field, *features])
        joined[name] = table.sort_by([(column, "ascending") for column in table.column_names])
    return joined


def write_joined(folder: Path, joined: Mapping[str, pa.Table]) -> None:
    """Write one Parquet file a view, and their names (an empty folder troubles DVC); the folder whole or not at all."""
    with replacing(folder) as temporary:
        temporary.mkdir()
        write_json(temporary / INDEX, sorted(joined))
        for name, table in joined.items():
            bare = table.combine_chunks().replace_schema_metadata(None)
            pq.write_table(bare, temporary / f"{name}.parquet", compression="zstd")
