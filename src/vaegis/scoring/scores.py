"""Deterministic anomaly scores. N rows, X columns, K latents."""

import torch
from torch import Tensor

from vaegis.data.batches import TableBatch, chunks
from vaegis.model.vae import VAE

CHUNK_ROWS = 8_192


@torch.no_grad()
def column_nll_NX(network: VAE, batch: TableBatch) -> Tensor:
    """Return -log p(x_j | z = posterior mean) by column, nats; 0 where not observed."""
    parts = [-network.decode(network.encode(part).mean_NK).log_prob_NX(part) for part in chunks(batch, CHUNK_ROWS)]
    return torch.cat(parts)


@torch.no_grad()
def negative_elbo_N(network: VAE, batch: TableBatch) -> Tensor:
    """Return the negative ELBO at the posterior mean, nats per row: no random draw, so the same rows score the same.

    It is distortion at z = E_q[z] plus KL(q(z|x) || p(z)).
    """
    parts = []
    for part in chunks(batch, CHUNK_ROWS):
        posterior = network.encode(part)
        distortion_N = -network.decode(posterior.mean_NK).log_prob_NX(part).sum(-1)
        parts.append(distortion_N + posterior.kl_NK().sum(-1))
    return torch.cat(parts)
