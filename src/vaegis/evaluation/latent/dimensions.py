"""What each latent dimension carries. N rows, K latents; nats per row."""

from typing import Final

import numpy as np
import pandas as pd

ACTIVE_VARIANCE: Final = 0.01
"""Variance of the posterior mean above which a dimension is active (Burda et al. 2016, section 5.2)."""


def kl_NK(mean_NK: np.ndarray, std_NK: np.ndarray) -> np.ndarray:
    """Return KL(q(z|x) || N(0, 1)) of each row and dimension, nats; a point posterior pays none."""
    if not std_NK.any():
        return np.zeros_like(mean_NK)
    variance_NK = std_NK**2
    return np.asarray(0.5 * (mean_NK**2 + variance_NK - np.log(variance_NK) - 1.0))


def dimension_table(mean_NK: np.ndarray, std_NK: np.ndarray) -> pd.DataFrame:
    """Return one row a dimension: kl (nats), mean_variance (of posterior means), mean_std (of posteriors), active."""
    variance_K = mean_NK.var(axis=0)
    return pd.DataFrame(
        {
            "dimension": [f"z_{k}" for k in range(mean_NK.shape[1])],
            "kl": kl_NK(mean_NK, std_NK).mean(axis=0),
            "mean_variance": variance_K,
            "mean_std": std_NK.mean(axis=0),
            "active": (variance_K > ACTIVE_VARIANCE).astype(int),
        }
    )
