"""Levels as text: what a discrete value is called, its code, and back. N rows."""

from functools import lru_cache

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, holds_text
from vaegis.data.levels import RARE, has_rest


def as_text(values: pd.Series) -> pd.Series:
    """Write discrete values as text, whole numbers without a decimal point; missing stays None."""
    if pd.api.types.is_float_dtype(values.dtype):
        # Each distinct value is written once; told apart by its bits, for -0 equals 0.
        codes_N, bits = pd.factorize(values.to_numpy(dtype=np.float64, na_value=np.nan).view(np.int64))
        texts = pd.Series(bits.view(np.float64)).map(shortest, na_action="ignore").astype("object")
        return pd.Series(texts.to_numpy()[codes_N], index=values.index, name=values.name, dtype="object")
    if holds_text(values):
        return values
    if pd.api.types.infer_dtype(values, skipna=True) == "string":
        return values.astype("object").where(values.notna(), None)
    return values.map(str, na_action="ignore").astype("object")


def shortest(value: float) -> str:
    """Write a number as `as_text` does."""
    return f"{value:.0f}" if float(value).is_integer() else repr(float(value))


def values_of(levels: tuple[str, ...], column: ColumnSpec) -> np.ndarray:
    """Return the value of each code; a column without levels has one code all the same."""
    names = (None, *(levels or (None,)))
    if column.dtype == "string":
        return np.asarray(names, dtype=object)
    return np.asarray([np.nan if name in (None, RARE) else float(name) for name in names])


def codes_of(texts_N: np.ndarray, levels: tuple[str, ...]) -> np.ndarray:
    """Return the code of each text: 0 where missing, and where unseen unless a level stands for the rest."""
    codes_N = np.fromiter(map(_codes_of(levels).__getitem__, texts_N), dtype=np.int64, count=len(texts_N))
    if has_rest(levels) and not codes_N.all():
        codes_N[(codes_N == 0) & pd.notna(texts_N)] = len(levels)
    return codes_N


class _Codes(dict[str, int]):
    """Codes by level, 0 for any other text."""

    def __missing__(self, text: str) -> int:
        return 0


@lru_cache(maxsize=1_024)
def _codes_of(levels: tuple[str, ...]) -> _Codes:
    return _Codes((level, code) for code, level in enumerate(levels, 1))
