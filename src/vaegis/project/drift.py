"""Columns that move with the time: training never sees the values of the test rows, which would all be alarms."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec

UNSEEN: Final = 0.2
"""Share of test rows with a value that no training row has (levels), or that lies outside their range (amounts)."""


def moved_columns(frame: pd.DataFrame, roles: pd.Series, columns: Sequence[ColumnSpec]) -> dict[str, str]:
    """Return the columns that move, and how, in words."""
    train, test = (frame[roles == role] for role in ("train", "test"))
    shares = {column.name: _unseen(train[column.name], test[column.name], column) for column in columns}
    return {
        name: f"{name}: {share:.0%} of the last rows hold what training rows never do; not modelled"
        for name, share in shares.items()
        if share > UNSEEN
    }


def _unseen(train: pd.Series, test: pd.Series, column: ColumnSpec) -> float:
    seen, judged = train.dropna(), test.dropna()
    if not len(seen) or not len(judged):
        return 0.0
    if column.is_discrete:
        return float((~judged.isin(seen.unique())).mean())
    known, later = seen.to_numpy(dtype=np.float64), judged.to_numpy(dtype=np.float64)
    return float(((later < known.min()) | (later > known.max())).mean())
