"""The best Gaussian posterior of each row, found for that row alone. N rows, K latents, S samples."""

from typing import Final

import torch
from torch import Tensor

from vaegis.data.batches import TableBatch
from vaegis.model.posterior import LOG_VAR_RANGE, GaussianPosterior
from vaegis.model.vae import VAE

STEPS: Final = 150
"""Steps of Adam, step size falling linearly to zero, which averages the noise out."""
STEP_SIZE: Final = 0.05
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
    mean_NK = start.mean_NK.detach().clone().requires_grad_()
    log_var_NK = start.log_var_NK.detach().clone().requires_grad_()
    optimizer = torch.optim.Adam([mean_NK, log_var_NK], lr=STEP_SIZE)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = STEP_SIZE * (1.0 - step / STEPS)
        noise_SNK = torch.randn(num_samples, *start.mean_NK.shape, generator=generator)
        with torch.enable_grad():
            posterior = GaussianPosterior(mean_NK, log_var_NK.clamp(*LOG_VAR_RANGE))
            loss = posterior_loss_N(network, batch, posterior, noise_SNK).sum()
        mean_NK.grad, log_var_NK.grad = torch.autograd.grad(loss, [mean_NK, log_var_NK])
        optimizer.step()
    return GaussianPosterior(mean_NK.detach(), log_var_NK.detach().clamp(*LOG_VAR_RANGE))


def posterior_loss_N(network: VAE, batch: TableBatch, posterior: GaussianPosterior, noise_SNK: Tensor) -> Tensor:
    """Return the negative ELBO of each row at a posterior, its expectation over the given noise, nats."""
    likelihoods = [network.decode(posterior.sample(noise_NK), batch) for noise_NK in noise_SNK]
    log_prob_SN = torch.stack([likelihood.log_prob_NX(batch).sum(-1) for likelihood in likelihoods])
    return posterior.kl_NK().sum(-1) - log_prob_SN.mean(0)
