"""A table of Parquet: its columns brought to the few types there are."""

from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vaegis.data.files.column_names import clean_names
from vaegis.data.files.parts import Part
from vaegis.errors import ArtifactError, DataError

_INDEX: Final = "__index_level_"


def read_parquet(part: Part) -> pa.Table:
    """Read one file; the row numbers that pandas leaves behind are no column.

    Raises:
        ArtifactError: the file is cut short or damaged.
    """
    try:
        table = pq.read_table(part.path, partitioning=None)
    except (pa.ArrowInvalid, OSError) as error:
        raise ArtifactError(
            f"{part.path} cannot be read: {error}", where="write it again: it is cut short or damaged"
        ) from None
    kept = [name for name in table.column_names if not name.startswith(_INDEX)]
    table = table.select(kept)
    return table.rename_columns(list(clean_names(kept)))


def type_of(column: pa.ChunkedArray) -> str:
    """Return the type of a column in the words of `FileFormat`; empty for lists and other trees."""
    kind = column.type
    tests = (
        (pa.types.is_boolean, "flag"),
        (pa.types.is_integer, "whole"),
        (pa.types.is_floating, "number"),
        (pa.types.is_decimal, "number"),
        (pa.types.is_timestamp, "time"),
        (pa.types.is_date, "time"),
        (is_text, "text"),
        (pa.types.is_null, "text"),
        (pa.types.is_time, "text"),
    )
    return next((name for test, name in tests if test(kind)), "")


def is_text(kind: Any) -> bool:
    """Tell whether an Arrow type holds text, coded or not."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner))


def typed_values(name: str, column: pa.ChunkedArray, wanted: str, zone: str) -> pd.Series:
    """Return a column that is typed already: numbers as int64 or float64, times in UTC, true and false as 1 and 0.

    Raises:
        DataError: it is of another type than `wanted`.
    """
    found = type_of(column)
    if found != wanted and {found, wanted} != {"whole", "number"}:
        raise DataError(
            f"column {name!r} holds {column.type}", allowed=wanted, where="the file, or make the project anew"
        )
    if wanted == "time":
        return pd.Series(_in_utc(column, zone).to_pandas(), name=name)
    try:
        values = column.cast(pa.float64() if wanted == "number" else pa.int64())
    except pa.ArrowInvalid as error:
        raise DataError(f"column {name!r}: {error}", allowed="whole numbers", where="the file") from None
    if wanted == "number":  # what is infinite was never measured
        values = pc.if_else(pc.is_finite(values), values, pa.scalar(None, pa.float64()))
    return pd.Series(values.to_pandas(), name=name)


def _in_utc(column: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    """Take stamps without a zone in `zone`: of two equal hours the later, of a missing hour the moment after it."""
    offset = getattr(column.type, "tz", None)
    stamps = column.cast(pa.timestamp("us", tz=offset))
    if not offset:
        stamps = pc.assume_timezone(stamps, zone, ambiguous="latest", nonexistent="latest")
    return stamps.cast(pa.timestamp("us", tz="UTC"))
