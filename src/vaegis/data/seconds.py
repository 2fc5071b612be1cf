"""Times as seconds since 1970 and back: a time that is modelled is a number."""

from typing import Final

import numpy as np
import pandas as pd

FIRST: Final = -62_135_596_800.0
LAST: Final = 253_402_300_799.0
"""The years 1 to 9999: what a model draws beyond them has no name."""


def in_utc(values: pd.Series) -> pd.Series:
    """Return times in UTC, to which times without a zone belong."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):  # costs nothing; `to_datetime` looks at each value
        return values.dt.tz_convert("UTC")
    return pd.to_datetime(values, utc=True)


def as_numbers(values: pd.Series) -> np.ndarray:
    """Return float64 with NaN where missing; of times the seconds since 1970."""
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return np.asarray(values, dtype=np.float64)
    stamps = pd.to_datetime(values, utc=True).dt.as_unit("us")
    return np.where(stamps.isna(), np.nan, stamps.astype("int64").to_numpy(dtype=np.float64) / 1e6)


def as_times(seconds_N: np.ndarray) -> pd.Series:
    """Return times in UTC to the second, NaT where not a number."""
    known_N = np.isfinite(seconds_N)
    whole_N = np.clip(np.where(known_N, seconds_N, 0.0), FIRST, LAST).round().astype(np.int64)
    times = pd.Series((whole_N * 1_000_000).view("datetime64[us]")).dt.tz_localize("UTC")
    return times.where(known_N, pd.NaT)
