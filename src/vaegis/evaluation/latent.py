"""Whether the latent is used, and how. N rows, K latents; nats per row."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import torch

from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.aggregate import compare_with_prior, hole_share, moment_kl
from vaegis.evaluation.rows import thin
from vaegis.fitted.model import FittedModel

ACTIVE_VARIANCE: Final = 0.01
"""Variance of the posterior mean above which a dimension is active (Burda et al. 2016, section 5.2)."""
ROWS: Final = 10_000
"""Rows for latent figures, at most: their sampling error is far below any gate."""


def kl_by_dimension(mean_NK: np.ndarray, std_NK: np.ndarray) -> np.ndarray:
    """Return the mean KL(q(z|x) || N(0, 1)) of each dimension, (K,), nats; a point posterior pays none."""
    if not std_NK.any():
        return np.zeros(mean_NK.shape[1])
    variance_NK = std_NK**2
    return np.asarray(0.5 * (mean_NK**2 + variance_NK - np.log(variance_NK) - 1.0).mean(axis=0))


def dimension_table(mean_NK: np.ndarray, std_NK: np.ndarray) -> pd.DataFrame:
    """Return one row a dimension: kl (nats), mean_variance (of posterior means), mean_std (of posteriors), active."""
    variance_K = mean_NK.var(axis=0)
    return pd.DataFrame(
        {
            "dimension": [f"z_{k}" for k in range(mean_NK.shape[1])],
            "kl": kl_by_dimension(mean_NK, std_NK),
            "mean_variance": variance_K,
            "mean_std": std_NK.mean(axis=0),
            "active": (variance_K > ACTIVE_VARIANCE).astype(int),
        }
    )


def decoder_use(model: FittedModel, frame: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Return distortion, and how much it rises (nats per row) when latents are dealt to the wrong rows.

    About 0: the decoder does not listen to its latent, whatever the KL says.
    """
    generator = torch.Generator().manual_seed(seed)
    batch = model.transform.encode(frame)
    with torch.inference_mode():
        mean_NK, std_NK = (torch.from_numpy(np.asarray(item)).float() for item in model.posterior(frame))
        z_NK = mean_NK + std_NK * torch.randn(mean_NK.shape, generator=generator)
        shuffled_NK = z_NK[torch.randperm(len(z_NK), generator=generator)]
        own, wrong = (
            -float(model.network.decode(item, batch).log_prob_NX(batch).sum(-1).double().mean())
            for item in (z_NK, shuffled_NK)
        )
    return own, wrong - own


def measure_latent(
    model: FittedModel, train: pd.DataFrame, test: pd.DataFrame, config: EvaluateConfig
) -> tuple[dict[str, float], pd.DataFrame]:
    """Return figures and the table by dimension; what needs a prior is NaN for a deterministic autoencoder."""
    judged = thin(test, ROWS)
    mean_NK, std_NK = model.posterior(judged)
    table = dimension_table(mean_NK, std_NK)
    distortion, use = decoder_use(model, judged, config.seed)
    figures = {
        "active_units": float(table["active"].sum()),
        "active_share": float(table["active"].mean()),
        "rate": float(table["kl"].sum()),
        "distortion": distortion,
        "decoder_use": use,
    }
    prior_based = ("aggregate_kl", "sliced_w2", "sliced_w2_null", "prior_hole_share")
    if model.kind == "autoencoder":
        return figures | dict.fromkeys(prior_based, float("nan")), table
    train_NK, _ = model.posterior(thin(train, ROWS))
    # What the prior decodes to, whatever else the model generates rows with.
    decoded = replace(model, generator=None).sample(config.sample_rows, seed=config.seed)
    generated_SK, _ = model.posterior(decoded)
    figures |= {"aggregate_kl": moment_kl(mean_NK, std_NK), "prior_hole_share": hole_share(train_NK, generated_SK)}
    return figures | compare_with_prior(mean_NK, std_NK, config.seed), table
