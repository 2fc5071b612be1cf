"""Give made columns the dtypes that the same columns have elsewhere: in the caller's table, or in the one fitted to."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api import types

from vaegis.contract import ColumnSpec
from vaegis.data.texts import as_text


def in_dtypes(made: pd.DataFrame, dtypes: Mapping[Any, Any], columns: Sequence[ColumnSpec]) -> pd.DataFrame:
    """Return `made` in `dtypes` (by name; others stay); whole numbers with a missing cell stay floats.

    Args:
        made: columns as a model makes them.
        dtypes: pandas dtypes.
        columns: what the contract says that `made` holds: objects do not tell truth values from numbers.
    """
    kinds = {column.name: column.dtype for column in columns}
    cast = {name: _cast(made[name], dtypes[name], kinds[name]) if name in dtypes else made[name] for name in made}
    told = pd.DataFrame(cast, index=made.index)
    told.attrs = made.attrs
    return told


def _cast(values: pd.Series, dtype: Any, kind: str) -> pd.Series:
    if kind == "bool":
        values = _truths(values)
    if values.dtype == dtype or _is_of_nothing(dtype, kind):
        return values
    if isinstance(dtype, pd.CategoricalDtype):
        known = {str(category): category for category in dtype.categories}
        return as_text(values).map(known, na_action="ignore").astype(dtype)
    if types.is_datetime64_any_dtype(dtype) and types.is_datetime64_any_dtype(values.dtype):
        return values.dt.tz_convert(_zone(dtype)).astype(dtype)
    if types.is_bool_dtype(dtype) or types.is_integer_dtype(dtype):
        return _whole(values, dtype)
    return values.astype(dtype)


def _is_of_nothing(dtype: Any, kind: str) -> bool:
    """Whether only a column without any value has this dtype: pandas takes one for numbers, Arrow for nulls."""
    is_null = isinstance(dtype, pd.ArrowDtype) and pa.types.is_null(dtype.pyarrow_dtype)
    return is_null or (kind in ("string", "timestamp") and types.is_numeric_dtype(dtype))


def _truths(values: pd.Series) -> pd.Series:
    """Return truth values, objects where one is missing; a model makes 1 and 0 of them."""
    truths = values.astype("float64").map({1.0: True, 0.0: False})
    return truths.astype("object").where(truths.notna(), None) if truths.isna().any() else truths.astype(bool)


def _zone(dtype: Any) -> Any:
    """Return the zone of a dtype of times, None if it has none: such times are in UTC."""
    return getattr(getattr(dtype, "pyarrow_dtype", dtype), "tz", None)


def _whole(values: pd.Series, dtype: Any) -> pd.Series:
    """Return whole numbers or truth values, within what the dtype can hold."""
    nullable = types.is_extension_array_dtype(dtype) and not isinstance(dtype, pd.SparseDtype)
    if values.isna().any() and not nullable:
        return values
    numbers = np.round(values.astype("float64"))
    held = np.dtype(getattr(dtype, "numpy_dtype", getattr(dtype, "subtype", dtype)))
    if held.kind in "iu":
        low, high = (float(edge) for edge in (np.iinfo(held).min, np.iinfo(held).max))
        numbers = numbers.clip(low, high if high < 2.0**53 else np.nextafter(high, 0.0))
    return numbers.astype(dtype)
