"""How sure a number is: whole blocks of rows are drawn again. N rows, B blocks, R replicates, F sums.

Rows of a series resemble their neighbours in time, so days are drawn (Kunsch 1989); events are drawn singly, dealt into
blocks of equal standing to save time. Percentile intervals of 95 % (Efron & Tibshirani 1993, chapter 13).
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.evaluation.estimate import Interval

REPLICATES: Final = 400
LEVEL: Final = 0.95
MIN_BLOCKS: Final = 10
"""Blocks below which no interval is given: it would be too narrow."""
MAX_BLOCKS: Final = 200
"""Blocks that single rows are dealt into."""


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Blocks of rows and how often each was drawn."""

    block_N: np.ndarray
    """Number of each row's block."""
    counts_RB: np.ndarray
    """No replicates where there are too few blocks."""

    @classmethod
    def of_blocks(cls, block_N: np.ndarray, replicates: int, seed: int) -> Self:
        """Draw as many blocks as there are, `replicates` times."""
        _, block_N = np.unique(block_N, return_inverse=True)
        num_blocks = int(block_N.max()) + 1 if len(block_N) else 0
        if num_blocks < MIN_BLOCKS:
            return cls(block_N, np.empty((0, num_blocks)))
        chances = np.full(num_blocks, 1.0 / num_blocks)
        counts_RB = np.random.default_rng(seed).multinomial(num_blocks, chances, size=replicates)
        return cls(block_N, counts_RB.astype(np.float64))

    @classmethod
    def of_rows(cls, num_rows: int, replicates: int, seed: int) -> Self:
        """Draw single rows."""
        order_N = np.random.default_rng([seed, num_rows]).permutation(num_rows)
        return cls.of_blocks(order_N % MAX_BLOCKS, replicates, seed)

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, schema: TableSchema, replicates: int, seed: int) -> Self:
        """Draw whole days of a series, all entities together; single rows of events."""
        if not schema.cadence_seconds:
            return cls.of_rows(len(frame), replicates, seed)
        days = pd.to_datetime(frame[schema.time], utc=True).dt.floor("D")
        return cls.of_blocks(days.to_numpy(), replicates, seed)

    @property
    def num_blocks(self) -> int:
        """How many blocks there are."""
        return int(self.counts_RB.shape[1])

    def over(self, block_N: np.ndarray) -> Self:
        """Return the same draws of the same blocks for other rows in them."""
        return replace(self, block_N=block_N)

    def among(self, rows: np.ndarray | slice) -> Self:
        """Return the same draws of some rows: a mask, or their places."""
        return self.over(self.block_N[rows])

    def sums(self, values_NF: np.ndarray) -> np.ndarray:
        """Return the sum of each column by replicate, (R, F)."""
        if not len(self.counts_RB):
            return np.empty((0, values_NF.shape[1]))
        sums_BF = np.stack([np.bincount(self.block_N, values_N, self.num_blocks) for values_N in values_NF.T], axis=1)
        return np.asarray(self.counts_RB @ sums_BF)

    def counts(self, code_N: np.ndarray, width: int) -> np.ndarray:
        """Return how many rows have each of `width` codes by replicate, (R, width)."""
        place_N = self.block_N * width + code_N
        counts_BT = np.bincount(place_N, minlength=self.num_blocks * width).reshape(-1, width)
        return np.asarray(self.counts_RB @ counts_BT)

    def means(self, values_NF: np.ndarray) -> np.ndarray:
        """Return the mean of each column by replicate, (R, F), over the rows that have a value (not NaN)."""
        known_NF = np.isfinite(values_NF)
        totals = self.sums(np.concatenate([np.where(known_NF, values_NF, 0.0), known_NF.astype(np.float64)], axis=1))
        totals_RF, rows_RF = np.split(totals, 2, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(totals_RF / rows_RF)

    def mean(self, values_N: np.ndarray) -> Interval:
        """Return the interval of a mean; rows without a value (NaN) do not count."""
        return percentiles(self.means(values_N[:, None])[:, 0])


def percentiles(values_R: np.ndarray) -> Interval:
    """Return the interval that holds the middle 95 % of replicates; None without enough finite ones."""
    known_R = values_R[np.isfinite(values_R)]
    if len(known_R) < 0.9 * len(values_R) or not len(known_R):
        return None
    low, high = np.quantile(known_R, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
