"""Whether predicted distributions mean what they say: standardised residuals and their probability transform.

N rows, D numeric columns.
"""

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd
import torch
from scipy.stats import kstest, norm

from vaegis.fitted.model import FittedModel

BANDS: Final = {"coverage_50": 0.5, "coverage_90": 0.9}
"""Central intervals of the predicted distribution."""
_FIGURES: Final = ("residual_mean", "residual_std", "pit_ks", *BANDS)


def standard_residuals(model: FittedModel, test: pd.DataFrame, seed: int, learnt: Collection[str]) -> pd.DataFrame:
    """Return residuals in predicted standard deviations of the numeric columns that varied in training.

    Latents are drawn from q(z|x), for which the decoder learned its sigmas; at the posterior mean the same rows would
    look over-dispersed.
    """
    batch = model.transform.encode(test)
    mean_NK, std_NK = model.posterior(test)
    noise_NK = np.random.default_rng(seed).standard_normal(mean_NK.shape)
    with torch.inference_mode():
        z_NK = torch.from_numpy((mean_NK + std_NK * noise_NK).astype(np.float32))
        residual_ND = model.network.decode(z_NK, batch).residual_ND(batch).numpy()
    residual_ND = np.where(batch.observed_NX.numpy()[:, : residual_ND.shape[1]] > 0, residual_ND, np.nan)
    names = [column.name for column in model.transform.numeric]
    return pd.DataFrame({name: residual_ND[:, d] for d, name in enumerate(names) if name in learnt}, index=test.index)


def column_calibration(residuals: pd.DataFrame) -> pd.DataFrame:
    """Return one row a column: residual_mean (right: 0), residual_std (1), pit_ks (0), coverage_50 and coverage_90."""
    records = [{"column": name, **describe(residuals[name].to_numpy())} for name in residuals]
    return pd.DataFrame(records, columns=["column", *_FIGURES])


def describe(residual_N: np.ndarray) -> dict[str, float]:
    """Return mean, standard deviation, the Kolmogorov-Smirnov distance of Phi(residual) from uniform, and coverages."""
    present_N = residual_N[np.isfinite(residual_N)].astype(np.float64)
    if len(present_N) < 2:
        return dict.fromkeys(_FIGURES, float("nan"))
    return {
        "residual_mean": float(present_N.mean()),
        "residual_std": float(present_N.std()),
        "pit_ks": float(kstest(norm.cdf(present_N), "uniform").statistic),
        **{name: float((np.abs(present_N) <= half_width(share)).mean()) for name, share in BANDS.items()},
    }


def half_width(share: float) -> float:
    """Return half the width of a normal law's central interval that holds this share, in standard deviations."""
    return float(norm.ppf(0.5 + share / 2))
