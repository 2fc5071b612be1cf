"""Give made columns the dtypes that the caller's own columns have."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types


def in_dtypes_of(frame: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Return `made` in the dtypes of the same columns of `frame`; whole numbers with a missing cell stay floats."""
    return pd.DataFrame({name: _cast(made[name], frame[name].dtype) for name in made}, index=made.index)


def _cast(values: pd.Series, dtype: Any) -> pd.Series:
    if values.dtype == dtype:
        return values
    if types.is_bool_dtype(dtype) or types.is_integer_dtype(dtype):
        if values.isna().any():
            return values.astype(dtype) if types.is_extension_array_dtype(dtype) else values
        return np.round(values.astype("float64")).astype(dtype)
    if isinstance(dtype, pd.CategoricalDtype):
        known = {str(category): category for category in dtype.categories}
        return values.map(known, na_action="ignore").astype(dtype)
    return values if types.is_object_dtype(dtype) else values.astype(dtype)
