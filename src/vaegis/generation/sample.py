"""Draw latents from the prior and rows from the decoder. N rows, K latents."""

import torch
from torch import Tensor

from vaegis.data.batches import TableBatch, concatenate
from vaegis.model.vae import VAE

CHUNK_ROWS = 1_024
"""Rows drawn at once: the probabilities of all levels of forty columns stay in the cache."""


@torch.no_grad()
def sample_rows(network: VAE, z_NK: Tensor, generator: torch.Generator, given: TableBatch | None = None) -> TableBatch:
    """Draw one row per latent from p(x|z), on the standardised scale; of condition columns, what is given."""
    parts = []
    for start in range(0, max(len(z_NK), 1), CHUNK_ROWS):
        part = None if given is None else given.rows(start, start + CHUNK_ROWS)
        parts.append(network.decode(z_NK[start : start + CHUNK_ROWS], part).sample(generator))
    return concatenate(parts)
