"""Pandas dtypes and labels as plain JSON and back."""

from collections.abc import Hashable
from math import isfinite
from typing import Any, Final

import pandas as pd
import pyarrow as pa

_ARROW_TEXT: Final = "string[arrow]"
"""Arrow's own text, which pandas writes as it does a string dtype of its own."""


def dtype_record(dtype: Any) -> Any:
    """Return a dtype as JSON holds it: its name, of a category its values, too; None if it would not come back."""
    record = _category(dtype) if isinstance(dtype, pd.CategoricalDtype) else _name(dtype)
    try:
        back = read_dtype(record)
    except (TypeError, ValueError, NotImplementedError):
        return None
    return record if type(back) is type(dtype) and back == dtype else None


def read_dtype(record: Any) -> Any:
    """Return the dtype of a record."""
    if isinstance(record, dict):
        return pd.CategoricalDtype(_values(record["categories"], read_dtype(record["of"])), record["ordered"])
    return pd.ArrowDtype(pa.string()) if record == _ARROW_TEXT else pd.api.types.pandas_dtype(record)


def label_record(label: Hashable) -> Any:
    """Return what a column is called as JSON holds it; as text if it can hold nothing else."""
    if isinstance(label, tuple):
        return [label_record(part) for part in label]
    return _plain(label)


def read_label(record: Any) -> Hashable:
    """Return the label of a record."""
    return tuple(read_label(part) for part in record) if isinstance(record, list) else record


def _name(dtype: Any) -> str:
    if isinstance(dtype, pd.ArrowDtype) and dtype.pyarrow_dtype == pa.string():
        return _ARROW_TEXT
    return repr(dtype) if isinstance(dtype, pd.StringDtype) else str(dtype)  # its name does not tell how it is stored


def _category(dtype: pd.CategoricalDtype) -> dict[str, Any]:
    values = dtype.categories
    return {"categories": [_plain(value) for value in values], "of": _name(values.dtype), "ordered": dtype.ordered}


def _values(cells: list[Any], dtype: Any) -> pd.Index:
    if not isinstance(dtype, pd.IntervalDtype):
        return pd.Index(cells, dtype=dtype)
    ends = [pd.Index([cell[end] for cell in cells], dtype=dtype.subtype) for end in (0, 1)]
    return pd.IntervalIndex.from_arrays(ends[0], ends[1], closed=dtype.closed)


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Interval):
        return [_plain(value.left), _plain(value.right)]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, str | bool | int | float) else str(value)
