"""Bring a frame to the dtypes and order of the contract, or say in one line why it cannot be."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract.columns import ColumnSpec
from vaegis.errors import DataError

_WHERE: Final = "the input table"
_NO_NUMBERS: Final = ("m", "M", "c")
"""Durations, times and complex numbers, which pandas would take for nanoseconds or for their real part."""


def conform(frame: pd.DataFrame, columns: Sequence[ColumnSpec], *, where: str = _WHERE) -> pd.DataFrame:
    """Return `columns` of `frame` in contract order and dtype; extra columns are dropped, ints become floats.

    Raises:
        DataError: a column is missing, appears twice, or holds values of another type.
    """
    missing = [column.name for column in columns if column.name not in frame.columns]
    if missing:
        names = ", ".join(column.name for column in columns)
        raise DataError(f"column {missing[0]!r} is missing ({len(missing)} in all)", allowed=names, where=where)
    require_unique(frame.columns, where=where)
    return pd.DataFrame(
        {column.name: _cast(frame[column.name], column, where) for column in columns}, index=frame.index
    )


def require_unique(names: Iterable[object], *, where: str = _WHERE, what: str = "column") -> None:
    """Refuse names that are alike as text.

    Raises:
        DataError: one appears twice.
    """
    seen: set[str] = set()
    for name in map(str, names):
        if name in seen:
            raise DataError(f"{what} {name!r} appears twice", allowed="each name once", where=where)
        seen.add(name)


def holds_text(values: pd.Series) -> bool:
    """Whether every cell is a text, none missing: the usual case, seen far quicker than which cell is missing."""
    return bool(values.dtype == object) and pd.api.types.infer_dtype(values, skipna=False) == "string"


def _cast(values: pd.Series, column: ColumnSpec, where: str) -> pd.Series:
    if column.dtype == "string":
        return _text(values, column, where)
    if column.dtype == "timestamp":
        return _time(values, column, where)
    return _number(values, column, where)


def _number(values: pd.Series, column: ColumnSpec, where: str) -> pd.Series:
    if getattr(values.dtype, "kind", "") in _NO_NUMBERS:
        if values.notna().any():
            raise _wrong_type(values[values.notna()], column, where)
        return pd.Series(np.nan, index=values.index)
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.astype("float64")
    else:
        numbers = pd.to_numeric(values, errors="coerce").astype("float64")
        wrong = values[numbers.isna() & values.notna()]
        if len(wrong):
            raise _wrong_type(wrong, column, where)
    if np.isinf(numbers).any():
        raise DataError(
            f"column {column.name!r} holds an infinite value", allowed="finite numbers or null", where=where
        )
    return numbers


def _text(values: pd.Series, column: ColumnSpec, where: str) -> pd.Series:
    if holds_text(values):
        return values
    if isinstance(values.dtype, pd.CategoricalDtype):
        require_unique(values.cat.categories, where=f"{where}: the categories of {column.name!r}", what="category")
        values = values.cat.rename_categories(values.cat.categories.map(str)).astype("object")
    if pd.api.types.infer_dtype(values, skipna=True) not in ("string", "empty"):
        present = values[values.notna()]
        wrong = present[~present.map(lambda value: isinstance(value, str))]
        if len(wrong):
            raise _wrong_type(wrong, column, where)
    return values.astype("string").astype("object").where(values.notna(), None)


def _time(values: pd.Series, column: ColumnSpec, where: str) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values.dtype):
        raise _wrong_type(values, column, where)
    try:
        return pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]")
    except (ValueError, TypeError):
        raise _wrong_type(values[values.notna()], column, where) from None


def _wrong_type(wrong: pd.Series, column: ColumnSpec, where: str) -> DataError:
    value = wrong.iloc[0].item() if isinstance(wrong.iloc[0], np.generic) else wrong.iloc[0]
    what = f"column {column.name!r} holds {value!r} ({type(value).__name__}) in {len(wrong)} rows"
    return DataError(what, allowed=column.dtype, where=where)
