"""Historical retrieval: entity rows in, the contract's columns out, point in time correct, nothing lost or doubled."""

import contextlib
import sys
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.errors import DataError

if TYPE_CHECKING:
    from feast import FeatureService, FeatureStore

TYPES: Final = {
    "float64": pa.float64(),
    "int64": pa.int64(),
    "string": pa.string(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


def retrieve(store: "FeatureStore", service: "FeatureService", rows: pa.Table, schema: TableSchema) -> pa.Table:
    """Return the service's columns for unique entity rows, in contract order and type, sorted by keys then time.

    Raises:
        DataError: entity rows repeat, rows went missing, a column is absent, of another type, or entirely null.
    """
    row = [*schema.keys, schema.time]
    _require_unique(rows, row)
    with contextlib.redirect_stdout(sys.stderr):  # Feast prints which column it takes for the time; JSON may follow
        found = store.get_historical_features(rows.to_pandas(), service).to_arrow()
    if found.num_rows != rows.num_rows:
        raise DataError(
            f"{schema.service}: {rows.num_rows} rows asked for, {found.num_rows} delivered", where="the store"
        )
    table = pa.table({column.name: _column(found, column, schema) for column in schema.columns})
    table = table.sort_by([(name, "ascending") for name in row]).combine_chunks()
    wanted = rows.select(row).cast(table.select(row).schema).sort_by([(name, "ascending") for name in row])
    if not table.select(row).combine_chunks().equals(wanted.combine_chunks()):
        raise DataError(f"{schema.service}: the rows delivered are not those asked for", where="the offline store")
    return table


def _require_unique(rows: pa.Table, row: list[str]) -> None:
    distinct = rows.group_by(row).aggregate([]).num_rows
    if distinct != rows.num_rows:
        raise DataError(f"{rows.num_rows - distinct} entity rows repeat another", allowed="each key and time once")


def _column(found: pa.Table, column: ColumnSpec, schema: TableSchema) -> pa.ChunkedArray:
    if column.name not in found.column_names:
        what = f"{schema.service}: column {column.name!r} was not delivered"
        raise DataError(what, allowed=", ".join(found.column_names), where="feature_repo/")
    values = found[column.name]
    try:
        values = values.cast(TYPES[column.dtype])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        what = f"{schema.service}: column {column.name!r} is {values.type}"
        raise DataError(what, allowed=column.dtype, where="the field's dtype in feature_repo/, or the source") from None
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
    if values.null_count == len(values):
        what = f"{schema.service}: column {column.name!r} is null in all {len(values)} rows"
        raise DataError(what, allowed="at least one value", where="the source, its time-to-live, or feature_repo/")
    return values
