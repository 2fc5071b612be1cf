"""Fill missing cells with what the observed ones make probable. N rows, D numeric, C discrete columns, S samples."""

from typing import Final

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional

from vaegis.data.batches import TableBatch
from vaegis.model.posterior import GaussianPosterior, PointPosterior, Posterior
from vaegis.model.priors import Prior
from vaegis.model.refinement import refine
from vaegis.model.vae import VAE

CELLS: Final = 4_000_000
"""Cells held at a time while samples are averaged."""


@torch.no_grad()
def impute_batch(
    network: VAE, batch: TableBatch, prior: Prior, num_samples: int, generator: torch.Generator
) -> TableBatch:
    """Return the batch with missing values at their mean, and missing codes at the likeliest, given the observed cells.

    Self-normalised importance sampling from a q(z | observed) fitted to the row (Mattei & Frellsen 2019, eq. 8): w_s
    is proportional to p(observed | z_s) p(z_s) / q(z_s | observed). A point posterior is one sample.
    """
    posterior = network.encode(batch)
    if isinstance(posterior, GaussianPosterior):
        posterior = refine(network, batch, posterior, generator)
    latents, log_weights = _draw(network, batch, posterior, prior, num_samples, generator)
    weight_SN = torch.stack(log_weights).softmax(dim=0)
    values_ND = torch.zeros_like(batch.values_ND)
    widest = 1 + max(network.layout.num_levels, default=0)
    votes_NCL = values_ND.new_zeros((*batch.codes_NC.shape, widest))
    for z_NK, weight_N in zip(latents, weight_SN, strict=True):
        expected = network.decode(z_NK, batch).expected()
        values_ND += weight_N[:, None] * expected.values_ND
        votes_NCL += weight_N[:, None, None] * functional.one_hot(expected.codes_NC, widest)
    return _fill(batch, values_ND, votes_NCL.argmax(dim=-1))


def add_categories(frame: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the categories that its missing cells take from `made`, as `fill_missing` fills them."""
    rows = frame[frame[list(made)].isna().any(axis=1).to_numpy()]
    widened = {}
    for name in made:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            known = {str(category) for category in frame[name].cat.categories}
            fills = made[name][rows[name].isna().to_numpy()].dropna().unique()
            widened[name] = frame[name].cat.add_categories([level for level in fills if level not in known])
    return frame.assign(**widened)


def fill_missing(frame: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its missing cells taken from `made`, which holds a row for each row that has one."""
    missing_NX = frame[list(made)].isna().to_numpy()
    place_N = np.cumsum(missing_NX.any(axis=1)) - 1  # where a row with gaps stands in `made`
    filled = {}
    for name, gap_N in zip(made, missing_NX.T, strict=True):
        if gap_N.all():  # no value tells a dtype: the made ones' stands
            filled[name] = made[name].iloc[place_N].set_axis(frame.index)
        elif gap_N.any():
            values = frame[name].copy()
            values[gap_N] = made[name].to_numpy()[place_N[gap_N]]
            filled[name] = values
    return frame.assign(**filled)


def chunk_rows(network: VAE, batch: TableBatch) -> int:
    """Return how many rows to impute at a time."""
    levels = 1 + max(network.layout.num_levels, default=0)
    return max(1, CELLS // max(1, batch.values_ND.shape[1] + batch.codes_NC.shape[1] * levels))


def _draw(
    network: VAE, batch: TableBatch, posterior: Posterior, prior: Prior, num_samples: int, generator: torch.Generator
) -> tuple[list[Tensor], list[Tensor]]:
    if isinstance(posterior, PointPosterior):
        return [posterior.mean_NK], [torch.zeros(batch.num_rows)]
    latents, log_weights = [], []
    for _ in range(num_samples):
        z_NK = posterior.sample(torch.randn(posterior.mean_NK.shape, generator=generator))
        evidence_N = network.decode(z_NK, batch).log_prob_NX(batch).sum(-1)
        latents.append(z_NK)
        log_weights.append(evidence_N + prior.log_prob_N(z_NK) - posterior.log_prob_N(z_NK))
    return latents, log_weights


def _fill(batch: TableBatch, values_ND: Tensor, codes_NC: Tensor) -> TableBatch:
    num_numeric = batch.values_ND.shape[1]
    observed_ND, observed_NC = batch.observed_NX[:, :num_numeric] > 0, batch.observed_NX[:, num_numeric:] > 0
    return TableBatch(
        torch.where(observed_ND, batch.values_ND, values_ND),
        torch.where(observed_NC, batch.codes_NC, codes_NC),
        torch.ones_like(batch.observed_NX),
    )
