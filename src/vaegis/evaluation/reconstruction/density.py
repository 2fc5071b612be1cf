"""How probable rows are, and what the bound misses. N rows, K latents, S samples; nats per standardised row.

log p(x) - ELBO falls into two gaps (Cremer et al. 2018, eq. 3): what the encoder loses because it answers for all rows
at once (amortisation), and what is left with the best Gaussian posterior of each row (approximation).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from vaegis.data.batches import TableBatch
from vaegis.model.posterior import GaussianPosterior, PointPosterior
from vaegis.model.priors import Prior
from vaegis.model.refinement import posterior_loss_N, refine
from vaegis.model.vae import VAE

FEW: Final = 64
MANY: Final = 512
"""Importance samples a row; a multiple of `FEW`."""
DRAWS: Final = 128
"""Noise vectors that two posteriors of a row are compared by, the same for both."""

REFINED_BY: Final = 16
"""Noise vectors a step of the search for the best posterior; with 2 it stops 0.02 nats short on a known one."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Importance-weighted bounds on -log p(x) of each row, and what they rest on."""

    few_N: np.ndarray
    """With `FEW` samples, the mean over the groups that `MANY` samples fall into."""
    many_N: np.ndarray
    """With `MANY` samples."""
    effective_N: np.ndarray
    """(sum w)^2 / sum w^2: of how many equal weights the `MANY` are worth (Kong 1992)."""


@torch.no_grad()
def importance_bounds(network: VAE, batch: TableBatch, seed: int, prior: Prior | None = None) -> Bounds:
    """Return the bounds on -log p(x) (Burda et al. 2016, eq. 8). Both fall towards it as samples grow."""
    generator = torch.Generator().manual_seed(seed)
    weight_SN = network.log_weight_SN(batch, MANY, generator, prior).double()
    groups_GSN = weight_SN.view(MANY // FEW, FEW, -1)
    few_N = -(groups_GSN.logsumexp(1) - np.log(FEW)).mean(0)
    many_N = -(weight_SN.logsumexp(0) - np.log(MANY))
    effective_N = (2 * weight_SN.logsumexp(0) - (2 * weight_SN).logsumexp(0)).exp()
    return Bounds(few_N.numpy(), many_N.numpy(), effective_N.numpy())


@dataclass(frozen=True, slots=True)
class Refined:
    """Bounds on log p(x) of each row, from the loosest to the tightest."""

    encoder_N: np.ndarray
    """ELBO at the encoder's posterior."""
    best_N: np.ndarray
    """ELBO at the row's best Gaussian posterior: the rise is the amortisation gap (Cremer et al. 2018, eq. 5)."""
    evidence_N: np.ndarray
    """Importance-weighted, `MANY` samples of the best posterior: the rise is the approximation gap."""


def refine_rows(network: VAE, batch: TableBatch, seed: int, prior: Prior | None = None) -> Refined:
    """Find each row's best Gaussian posterior and what it is worth; both ELBOs with the same noise.

    Raises:
        TypeError: the posterior is a point.
    """
    start = network.encode(batch)
    if isinstance(start, PointPosterior):
        raise TypeError("a deterministic autoencoder has no ELBO: its posterior is a point")
    generator = torch.Generator().manual_seed(seed)
    best = refine(network, batch, start, generator, REFINED_BY)
    half_SNK = torch.randn(DRAWS // 2, *start.mean_NK.shape, generator=generator)
    noise_SNK = torch.cat([half_SNK, -half_SNK])  # pairs cancel what is linear in the noise
    with torch.no_grad():
        weight_SN = network.log_weight_SN(batch, MANY, generator, prior, best).double()
        evidence_N = (weight_SN.logsumexp(0) - np.log(MANY)).numpy()
        return Refined(_elbo_N(network, batch, start, noise_SNK), _elbo_N(network, batch, best, noise_SNK), evidence_N)


def _elbo_N(network: VAE, batch: TableBatch, posterior: GaussianPosterior, noise_SNK: Tensor) -> np.ndarray:
    return -np.asarray(posterior_loss_N(network, batch, posterior, noise_SNK).double())
