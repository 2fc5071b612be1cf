"""Between which values training saw the columns that a caller may give. N rows, D numeric columns."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np

from vaegis.contract import ColumnSpec
from vaegis.data.moments import Moments
from vaegis.data.seconds import as_times

Ranges: TypeAlias = Mapping[str, tuple[float, float]]
"""The smallest and the largest value of columns of numbers; of times in seconds since 1970."""
_ROUNDING: Final = 1e-5
"""Share of a range by which a value may lie beyond it: what a network drew went through single precision."""


def condition_ranges(columns: Sequence[ColumnSpec], moments: Moments) -> Ranges:
    """Return the ranges of the conditions among the D columns, within the contract's bounds; only these are given."""
    ranges = {}
    for column, low, high in zip(columns, moments.low_D.tolist(), moments.high_D.tolist(), strict=True):
        if column.role == "condition" and low <= high:
            least = -np.inf if column.minimum is None else column.minimum
            most = np.inf if column.maximum is None else column.maximum
            ranges[column.name] = (float(np.clip(low, least, most)), float(np.clip(high, least, most)))
    return ranges


def within(values_N: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """Return which values lie in a range; one that is missing is not beyond it."""
    low, high = ends
    slack = _ROUNDING * (high - low)
    return np.asarray(~((values_N < low - slack) | (values_N > high + slack)))


def in_words(ends: tuple[float, float], column: ColumnSpec) -> str:
    """Return a range as an error tells it."""
    if column.dtype != "timestamp":
        return f"{ends[0]:g} to {ends[1]:g}"
    return " to ".join(time.isoformat() for time in as_times(np.asarray(ends)))
