"""Whether p-values mean what they say: on normal rows they should be uniform. N rows."""

from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import kstest

from vaegis.evaluation.bounds import binomial_interval

GRID: Final = np.unique(np.concatenate([np.geomspace(0.001, 0.1, 25), np.linspace(0.1, 1.0, 37)]).round(6))
"""P-values at which their distribution is told: finer where alarms are."""


def pvalue_table(pvalue_N: np.ndarray) -> pd.DataFrame:
    """Return one row a p-value: the share of rows at or below it (right: the p-value itself), and its interval."""
    hits = np.searchsorted(np.sort(pvalue_N), GRID, side="right")
    low, high = binomial_interval(hits, np.full(len(GRID), len(pvalue_N)))
    return pd.DataFrame({"pvalue": GRID, "share": hits / max(1, len(pvalue_N)), "low": low, "high": high})


def distance_from_uniform(pvalue_N: np.ndarray) -> float:
    """Return the Kolmogorov-Smirnov distance of p-values from uniform."""
    return float(kstest(pvalue_N, "uniform", method="asymp").statistic)
