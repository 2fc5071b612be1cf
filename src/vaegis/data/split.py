"""Assign rows to roles by blocks of time; neighbouring rows are nearly equal, so a random split would leak."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.config.split import SplitConfig
from vaegis.errors import DataError

ROLES: Final = ("train", "validation", "calibration", "test")
GAP: Final = "gap"
_FIRST_MONDAY: Final = pd.Timestamp("1970-01-05", tz="UTC")


def assign_roles(times: pd.Series, config: SplitConfig) -> pd.Series:
    """Return a role for each event time: train, validation, calibration, test, or gap (left out).

    Blocks are counted from a fixed Monday and gaps from their edges, so a role does not depend on which other rows
    were pulled.
    """
    stamps = pd.to_datetime(times, utc=True)
    unique = pd.Series(np.sort(stamps.unique()))
    roles = _block_roles(unique, config)
    near = np.zeros(len(unique), dtype=bool)
    for back in _looks_back(config):
        near |= _block_roles(unique - back, config) != roles
    roles[near] = GAP
    return stamps.map(pd.Series(roles, index=unique)).rename("role")


def require_roles(roles: pd.Series, needed: Sequence[str] = ROLES) -> None:
    """Raise `DataError` if a needed role has no rows."""
    counts = roles.value_counts()
    for role in needed:
        if counts.get(role, 0) == 0:
            seen = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            raise DataError(f"the split leaves no {role} rows ({seen})", where="params.yaml: split, or pull more rows")


def normal_rows(frame: pd.DataFrame, labels: Sequence[str]) -> pd.Series:
    """Return True for rows that no label marks; a missing label marks nothing."""
    marked = pd.Series(data=False, index=frame.index)
    for label in labels:
        marked |= frame[label].astype("float64").fillna(0.0) != 0.0
    return ~marked


def _test_start(config: SplitConfig) -> pd.Timestamp:
    try:
        return pd.Timestamp(config.test_from, tz="UTC")
    except ValueError:
        what = f"split.test_from is {config.test_from!r}"
        raise DataError(what, allowed="a date such as 2015-01-01", where="params.yaml: split.test_from") from None


def _block_roles(times: pd.Series, config: SplitConfig) -> np.ndarray:
    """Return the role of each time's block, gaps not yet cut."""
    block = (times - _FIRST_MONDAY) // pd.Timedelta(days=config.block_days)
    roles: np.ndarray = np.asarray(config.pattern, dtype=object)[block.to_numpy() % len(config.pattern)]
    roles[(times >= _test_start(config)).to_numpy()] = "test"
    return roles


def _looks_back(config: SplitConfig) -> list[pd.Timedelta]:
    """Return how far before a row another role makes it a gap: the whole gap, and every block inside it."""
    blocks = range(config.block_days * 24, int(config.gap_hours) + 1, config.block_days * 24)
    return [pd.Timedelta(hours=hours) for hours in (*blocks, config.gap_hours)]
