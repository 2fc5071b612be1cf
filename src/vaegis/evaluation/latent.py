"""Whether the latent is used, and how. N rows, K latents; nats per row."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import torch

from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.aggregate import compare_with_prior, hole_share, moment_kl
from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.rows import thin
from vaegis.fitted.model import FittedModel

ACTIVE_VARIANCE: Final = 0.01
"""Variance of the posterior mean above which a dimension is active (Burda et al. 2016, section 5.2)."""
ROWS: Final = 10_000
"""Rows for latent figures, at most: their sampling error is far below any gate."""
PRIOR_BASED: Final = ("aggregate_kl", "sliced_w2", "sliced_w2_null", "prior_hole_share")
"""Figures that need a prior of the latents."""


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
    if model.kind == "autoencoder":
        return figures | dict.fromkeys(PRIOR_BASED, float("nan")), table
    train_NK, _ = model.posterior(thin(train, ROWS))
    # What the prior decodes to, whatever else the model generates rows with.
    decoded = replace(model, generator=None).sample(config.sample_rows, seed=config.seed)
    generated_SK, _ = model.posterior(decoded)
    figures |= {"aggregate_kl": moment_kl(mean_NK, std_NK), "prior_hole_share": hole_share(train_NK, generated_SK)}
    return figures | compare_with_prior(mean_NK, std_NK, config.seed), table


def figures(case: Case) -> tuple[dict[str, float], pd.DataFrame]:
    """Return figures and table of the case's model."""
    return measure_latent(case.model, case.rows.train, case.test, case.config)


def _figure(name: str) -> Callable[[Case], Estimate]:
    def compute(case: Case) -> Estimate:
        if name in PRIOR_BASED and case.model.kind == "autoencoder":
            raise NotComputable("a deterministic autoencoder has no prior of its latents")
        if len(case.test) < 2:
            raise NotComputable("there is only one test row")
        value = case.once(figures)[0][name]
        return Estimate.of(value, min(len(case.test), ROWS), otherwise="the latents have no spread")

    return compute


METRICS: Final[dict[str, MetricSpec]] = {
    "latent/active_units": MetricSpec(
        definition="latent dimensions whose posterior mean varies by more than 0.01 (Burda et al. 2016, section 5.2)",
        unit="dimensions",
        direction="higher",
        reading="below 2 the posterior has collapsed",
        compute=_figure("active_units"),
    ),
    "latent/active_share": MetricSpec(
        definition="active dimensions as a share of all",
        unit="share",
        direction="higher",
        reading="below 0.1 the latent is ballast, and a sign of collapse",
        compute=_figure("active_share"),
    ),
    "latent/rate": MetricSpec(
        definition="mean KL(q(z|x) || N(0, I))",
        unit="nats per row",
        direction="neutral",
        reading="near 0 the posterior has collapsed; the more nats, the more of a row its code keeps",
        compute=_figure("rate"),
    ),
    "latent/distortion": MetricSpec(
        definition="mean of -log p(x|z), one z drawn from q(z|x), on the rows of the latent figures",
        unit="nats per row",
        direction="lower",
        reading="only to be compared between models of the same columns",
        compute=_figure("distortion"),
    ),
    "latent/decoder_use": MetricSpec(
        definition="by how much distortion rises when latents are dealt to the wrong rows",
        unit="nats per row",
        direction="higher",
        reading="below 0.1 the decoder does not listen to its latent",
        compute=_figure("decoder_use"),
    ),
    "latent/aggregate_kl": MetricSpec(
        definition="KL from a Gaussian with the moments of the aggregate posterior to N(0, I)",
        unit="nats",
        direction="lower",
        reading="0 is a perfect match; above 2 samples come from where no row is",
        compute=_figure("aggregate_kl"),
    ),
    "latent/sliced_w2": MetricSpec(
        definition="sliced 2-Wasserstein distance of aggregate posterior and prior (Bonneel et al. 2015)",
        unit="",
        direction="lower",
        reading="below sliced_w2_null they cannot be told apart",
        compute=_figure("sliced_w2"),
    ),
    "latent/sliced_w2_null": MetricSpec(
        definition="95 % bound of that distance between two samples of the prior of the same number of rows",
        unit="",
        direction="neutral",
        reading="what chance alone gives",
        compute=_figure("sliced_w2_null"),
    ),
    "latent/prior_hole_share": MetricSpec(
        definition="share of prior draws that, decoded and encoded again, are less dense than 99.9 % of training rows",
        unit="share",
        direction="lower",
        reading="below 0.05 the prior has few holes",
        compute=_figure("prior_hole_share"),
    ),
}
