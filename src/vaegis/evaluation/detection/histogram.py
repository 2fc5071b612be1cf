"""Scores of normal and altered rows as shares by bin."""

from typing import Final

import numpy as np
import pandas as pd

BINS: Final = 60


def histogram_table(normal_N: np.ndarray, fault_P: np.ndarray) -> pd.DataFrame:
    """Return shares of rows by bin of score; the outermost bins take all beyond. No normal rows: no bins."""
    if not len(normal_N):
        return pd.DataFrame(columns=["score", "normal", "faults"], dtype=float)
    low, middle, rare = np.quantile(normal_N, [0.0005, 0.5, 0.99])
    high = middle + 3.0 * (rare - middle)
    edges = np.linspace(low, max(high, low + 1e-9), BINS + 1)
    shares = {
        name: np.histogram(np.clip(scores, edges[0], edges[-1]), edges)[0] / max(1, len(scores))
        for name, scores in (("normal", normal_N), ("faults", fault_P))
    }
    return pd.DataFrame({"score": (edges[:-1] + edges[1:]) / 2, **shares})
