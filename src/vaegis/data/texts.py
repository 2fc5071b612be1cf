"""Levels as text: what a discrete value is called, its code, and back. N rows."""

from functools import lru_cache

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.levels import RARE, has_rest


def as_text(values: pd.Series) -> pd.Series:
    """Write discrete values as text, whole numbers without a decimal point; missing stays None."""
    if pd.api.types.is_float_dtype(values.dtype):
        # Each distinct value is written once; told apart by its bits, for -0 equals 0.
        codes_N, bits = pd.factorize(values.to_numpy(dtype=np.float64, na_value=np.nan).view(np.int64))
        texts = pd.Series(bits.view(np.float64)).map(shortest, na_action="ignore").astype("object")
        return pd.Series(texts.to_numpy()[codes_N], index=values.index, name=values.name, dtype="object")
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
    code_of = _code_of(levels).get
    codes_N = np.array([code_of(text, 0) for text in texts_N.tolist()], dtype=np.int64)
    if has_rest(levels):
        codes_N[(codes_N == 0) & pd.notna(texts_N)] = len(levels)
    return codes_N


@lru_cache(maxsize=1_024)
def _code_of(levels: tuple[str, ...]) -> dict[str, int]:
    return {level: code for code, level in enumerate(levels, 1)}
