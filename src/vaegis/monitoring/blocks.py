"""What hangs together: a day of all entities is one observation, since its rows are not independent.

N rows, B blocks. Tables that span fewer days than tell anything are dealt into groups of rows as they come.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema

DAY: Final = "day"
ROWS: Final = "rows"
MIN_DAYS: Final = 30
"""Days below which a reference says nothing of how days differ."""
GROUP_ROWS: Final = 50
"""Rows of a group at least."""
MAX_BLOCKS: Final = 1_500
"""Blocks of a reference at most: the newest days; groups grow instead."""
_WHOLE: Final = 0.5
"""Share of a usual day's rows below which a day is not whole: mornings are not to be held against days."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Which block each row belongs to; -1: to none."""

    of_N: np.ndarray
    start_B: np.ndarray
    """int64, ascending: days since 1970 (UTC), or the group's number."""
    rows_B: np.ndarray

    @property
    def number(self) -> int:
        """How many blocks there are."""
        return len(self.start_B)


def kind_of(frame: pd.DataFrame, schema: TableSchema) -> str:
    """Say what a reference's blocks are: days where there are enough of them, else groups of rows."""
    return DAY if len(np.unique(days_N(frame, schema))) >= MIN_DAYS else ROWS


def group_rows(num_rows: int) -> int:
    """Return how many rows of a reference of so many make a group."""
    return max(GROUP_ROWS, -(-num_rows // MAX_BLOCKS))


def deal(frame: pd.DataFrame, schema: TableSchema, kind: str, group: int) -> Blocks:
    """Deal rows into days, or into groups of so many rows; those left over by the last group belong to none."""
    if kind == ROWS:
        number = len(frame) // group
        place_N = np.arange(len(frame)) // group
        of_N = np.where(place_N < number, place_N, -1)
        return Blocks(of_N, np.arange(number), np.full(number, group))
    start_B, of_N, rows_B = np.unique(days_N(frame, schema), return_inverse=True, return_counts=True)
    return Blocks(of_N, start_B, rows_B)


def whole(blocks: Blocks, usual_rows: float) -> Blocks:
    """Leave out days with less than half of a usual day's rows."""
    return keep(blocks, blocks.rows_B >= _WHOLE * usual_rows)


def keep(blocks: Blocks, kept_B: np.ndarray) -> Blocks:
    """Leave out blocks; their rows belong to none."""
    place_B = np.where(kept_B, np.cumsum(kept_B) - 1, -1)
    of_N = np.where(blocks.of_N >= 0, place_B[blocks.of_N], -1)
    return Blocks(of_N, blocks.start_B[kept_B], blocks.rows_B[kept_B])


def days_N(frame: pd.DataFrame, schema: TableSchema) -> np.ndarray:
    """Return each row's day, counted from 1970 (UTC)."""
    times = pd.to_datetime(frame[schema.time], utc=True)
    return np.asarray((times - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(days=1), dtype=np.int64)


def block_sums(values_NF: np.ndarray, of_N: np.ndarray, number: int) -> np.ndarray:
    """Sum rows by block, BF; rows of block -1 are left out."""
    kept_N = of_N >= 0
    values_NF, of_N = values_NF[kept_N], of_N[kept_N]
    sums_BF = np.zeros((number, values_NF.shape[1]))
    if len(of_N):
        order_N = np.argsort(of_N, kind="stable")
        present, first = np.unique(of_N[order_N], return_index=True)
        sums_BF[present] = np.add.reduceat(values_NF[order_N].astype(np.float64), first, axis=0)
    return sums_BF
