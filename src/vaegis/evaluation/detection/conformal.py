"""Whether p-values mean what they say: on normal rows they should be uniform. N rows."""

from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import beta

GRID: Final = np.unique(np.concatenate([np.geomspace(0.001, 0.1, 25), np.linspace(0.1, 1.0, 37)]).round(6))
"""P-values at which their distribution is told: finer where alarms are."""


def pvalue_table(pvalue_N: np.ndarray) -> pd.DataFrame:
    """Return one row a p-value: the share of rows at or below it (right: the p-value itself), and its interval."""
    hits = np.searchsorted(np.sort(pvalue_N), GRID, side="right")
    low, high = binomial_interval(hits, np.full(len(GRID), len(pvalue_N)))
    return pd.DataFrame({"pvalue": GRID, "share": hits / max(1, len(pvalue_N)), "low": low, "high": high})


def distance_from_uniform(pvalue_N: np.ndarray) -> float:
    """Return the Kolmogorov-Smirnov distance of p-values from uniform."""
    ordered_N, steps_N = np.sort(pvalue_N), np.arange(len(pvalue_N) + 1) / len(pvalue_N)
    return float(max((steps_N[1:] - ordered_N).max(), (ordered_N - steps_N[:-1]).max()))


def binomial_interval(hits: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact 95 % interval of a share (Clopper & Pearson 1934), as if rows were independent.

    Rows of a series are not: it is then too narrow, and intervals over days are the ones to trust.
    """
    with np.errstate(invalid="ignore"):
        low = np.where(hits > 0, beta.ppf(0.025, hits, rows - hits + 1), 0.0)
        high = np.where(hits < rows, beta.ppf(0.975, hits + 1, rows - hits), 1.0)
    return low, high
