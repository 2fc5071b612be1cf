"""Deterministic anomaly scores. N rows, X columns, K latents."""

import torch
from torch import Tensor

from vaegis.data.batches import TableBatch, chunks
from vaegis.likelihoods import JointLikelihood
from vaegis.model.posterior import Posterior
from vaegis.model.vae import VAE

CHUNK_ROWS = 8_192


@torch.no_grad()
def column_nll_NX(network: VAE, batch: TableBatch) -> Tensor:
    """Return -log p(x_j | z = posterior mean) by column, nats; 0 where not observed."""
    parts = chunks(batch, CHUNK_ROWS)
    return torch.cat([-network.decode(network.encode(part).mean_NK, part).log_prob_NX(part) for part in parts])


@torch.no_grad()
def negative_elbo_N(network: VAE, batch: TableBatch) -> Tensor:
    """Return the negative ELBO at the posterior mean, nats per row: no random draw, so the same rows score the same.

    It is distortion at z = E_q[z] plus KL(q(z|x) || p(z)).
    """
    parts = []
    for part in chunks(batch, CHUNK_ROWS):
        posterior = network.encode(part)
        parts.append(score_N(part, posterior, network.decode(posterior.mean_NK, part)))
    return torch.cat(parts)


def score_N(batch: TableBatch, posterior: Posterior, likelihood: JointLikelihood) -> Tensor:
    """Return the same for rows that went through the network already; the likelihood is at the posterior mean."""
    return -likelihood.log_prob_NX(batch).sum(-1) + posterior.kl_NK().sum(-1)
