"""The best Gaussian posterior of each row, found for that row alone. N rows, K latents, S samples."""

from typing import Final

import torch
from torch import Tensor

from vaegis.data.batches import TableBatch
from vaegis.model.posterior import LOG_VAR_RANGE, GaussianPosterior
from vaegis.model.vae import VAE

STEPS: Final = 150
"""Steps of Adam (Kingma & Ba 2015, alg. 1), step size falling linearly to zero, which averages the noise out.

They are written out: making torch's own optimiser imports its compiler, 1.5 s before the first row.
"""
STEP_SIZE: Final = 0.05
_DECAY: Final = (0.9, 0.999)
_TINY: Final = 1e-8
NUM_SAMPLES: Final = 2
"""Noise vectors a row and step, fresh ones: a few fixed ones would be overfitted."""


def refine(
    network: VAE,
    batch: TableBatch,
    start: GaussianPosterior,
    generator: torch.Generator,
    num_samples: int = NUM_SAMPLES,
) -> GaussianPosterior:
    """Return the posterior that maximises each row's ELBO, from where the encoder puts it (Kim et al. 2018, alg. 1).

    The encoder answers for all rows at once and for cells that were never missing in training only by luck; this
    answers for one row, whichever of its cells are observed.
    """
    both_2NK = torch.stack([start.mean_NK, start.log_var_NK]).detach()
    first_2NK, second_2NK = torch.zeros_like(both_2NK), torch.zeros_like(both_2NK)
    for step in range(STEPS):
        noise_SNK = torch.randn(num_samples, *start.mean_NK.shape, generator=generator)
        with torch.enable_grad():
            both_2NK.requires_grad_()
            posterior = GaussianPosterior(both_2NK[0], both_2NK[1].clamp(*LOG_VAR_RANGE))
            loss = posterior_loss_N(network, batch, posterior, noise_SNK).sum()
        (slope_2NK,) = torch.autograd.grad(loss, [both_2NK])
        first_2NK = first_2NK.lerp(slope_2NK, 1.0 - _DECAY[0])
        second_2NK = second_2NK.lerp(slope_2NK.square(), 1.0 - _DECAY[1])
        spread_2NK = (second_2NK / (1.0 - _DECAY[1] ** (step + 1))).sqrt() + _TINY
        size = STEP_SIZE * (1.0 - step / STEPS) / (1.0 - _DECAY[0] ** (step + 1))
        both_2NK = (both_2NK - size * first_2NK / spread_2NK).detach()
    return GaussianPosterior(both_2NK[0], both_2NK[1].clamp(*LOG_VAR_RANGE))


def posterior_loss_N(network: VAE, batch: TableBatch, posterior: GaussianPosterior, noise_SNK: Tensor) -> Tensor:
    """Return the negative ELBO of each row at a posterior, its expectation over the given noise, nats."""
    likelihoods = [network.decode(posterior.sample(noise_NK), batch) for noise_NK in noise_SNK]
    log_prob_SN = torch.stack([likelihood.log_prob_NX(batch).sum(-1) for likelihood in likelihoods])
    return posterior.kl_NK().sum(-1) - log_prob_SN.mean(0)
