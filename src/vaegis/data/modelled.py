"""Which columns can be modelled at all."""

from collections.abc import Sequence
from typing import Final

from vaegis.contract import ColumnSpec
from vaegis.errors import DataError

_AMOUNTS: Final = ("numeric", "count", "angle")


def require_modelled(columns: Sequence[ColumnSpec]) -> None:
    """Refuse columns whose kind and dtype no likelihood describes.

    Raises:
        DataError: there is one.
    """
    for column in columns:
        is_amount = column.kind in _AMOUNTS and column.dtype in ("float64", "int64", "bool")
        is_time = column.kind == "time" and column.dtype == "timestamp"
        is_level = column.is_discrete and column.dtype != "timestamp"
        if not (is_amount or is_time or is_level):
            what = f"{column.role} {column.name!r} is of kind {column.kind} and dtype {column.dtype}"
            allowed = "numbers of kind numeric, count or angle; timestamps of kind time; kind category, binary, ordinal"
            raise DataError(what, allowed=allowed, where="its kind or role in feature_repo/")
        if column.kind == "ordinal" and column.dtype == "string" and not column.order:
            what = f"ordinal column {column.name!r} is of words, whose order nobody has said"
            raise DataError(what, allowed="all its levels, the lowest first", where="its tag order in feature_repo/")
