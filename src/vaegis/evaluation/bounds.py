"""Shares, means and areas under the ROC curve with their bounds. N rows; 95 %, two-sided."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import beta, norm, rankdata

from vaegis.evaluation.estimate import Estimate, NotComputable

LEVEL: Final = 0.95
_WIDTH: Final = float(norm.ppf(0.5 + LEVEL / 2.0))


@dataclass(frozen=True, slots=True)
class Bounded:
    """A figure between its bounds."""

    value: float
    low: float
    high: float
    rows: int

    @property
    def estimate(self) -> Estimate:
        """Return the figure as evidence."""
        return Estimate.of(self.value, self.rows, (self.low, self.high))

    @property
    def upper(self) -> Estimate:
        """Return its upper bound as a figure of its own, for a gate to hold on to."""
        return Estimate.of(self.high, self.rows)


def share(hits: int, rows: int) -> Bounded:
    """Return a share with exact bounds (Clopper and Pearson 1934).

    Raises:
        NotComputable: there are no rows.
    """
    _require(rows)
    low, high = binomial_interval(np.array(hits), np.array(rows))
    return Bounded(hits / rows, float(low), float(high), rows)


def binomial_interval(hits: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact interval of each share (Clopper and Pearson 1934), as if rows were independent.

    Rows of a series are not: it is then too narrow, and intervals over days are the ones to trust.
    """
    tail = (1.0 - LEVEL) / 2.0
    with np.errstate(invalid="ignore"):
        low = np.where(hits > 0, beta.ppf(tail, hits, rows - hits + 1), 0.0)
        high = np.where(hits < rows, beta.ppf(1.0 - tail, hits + 1, rows - hits), 1.0)
    return low, high


def excess(here: Bounded, there: Bounded) -> Bounded:
    """Return the difference of two independent shares, with bounds from theirs (Newcombe 1998, method 10)."""
    value = here.value - there.value
    low = value - np.hypot(here.value - here.low, there.high - there.value)
    high = value + np.hypot(here.high - here.value, there.value - there.low)
    return Bounded(value, float(low), float(high), here.rows)


def mean(values_N: np.ndarray) -> Bounded:
    """Return a mean with bounds by its standard error.

    Raises:
        NotComputable: there are fewer than two values.
    """
    _require(len(values_N), 2)
    value, half = float(values_N.mean()), _WIDTH * float(values_N.std(ddof=1)) / np.sqrt(len(values_N))
    return Bounded(value, value - half, value + half, len(values_N))


def auroc(positive_P: np.ndarray, negative_N: np.ndarray) -> Bounded:
    """Return the chance that a positive scores above a negative, with bounds (DeLong et al. 1988).

    Raises:
        NotComputable: there are fewer than two of one kind.
    """
    num_p, num_n = len(positive_P), len(negative_N)
    _require(min(num_p, num_n), 2)
    ranks = rankdata(np.concatenate([positive_P, negative_N]))
    above_P = (ranks[:num_p] - rankdata(positive_P)) / num_n
    below_N = 1.0 - (ranks[num_p:] - rankdata(negative_N)) / num_p
    value = float(above_P.mean())
    half = _WIDTH * float(np.sqrt(above_P.var(ddof=1) / num_p + below_N.var(ddof=1) / num_n))
    return Bounded(value, max(0.0, value - half), min(1.0, value + half), num_p + num_n)


def _require(rows: int, least: int = 1) -> None:
    if rows < least:
        raise NotComputable(f"there are {rows} rows to measure it on, and it takes {least}")
