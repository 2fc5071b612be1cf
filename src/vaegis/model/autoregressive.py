"""An autoregressive decoder: p(x) and p(x|z) of coded rows as one network, p(x_j | z, x_<j) column by column.

Columns that are functions of each other cannot be drawn independently from a noisy latent. Here each column reads those
before it (a masked network: Germain et al. 2015), and a latent only where it is given: in training a share of the rows
see none, so the same weights are the table's law and the decoder of a latent. The latents are another network's, fixed.
N rows, X columns, G units a column, H = X * G, K latents.
"""

from typing import ClassVar, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from vaegis.config.generator import GeneratorConfig
from vaegis.data.codec import TableCodec
from vaegis.data.coded import CodedBatch
from vaegis.model.masked import LevelBuckets, LevelHead, MaskedLinear
from vaegis.model.objective import ElboNetwork, ElboTerms

CONTEXT: Final = 64
"""Units between a latent and the columns."""


class ColumnNorm(nn.Module):
    """Layer norm over the units of each column, with gains and biases of its own."""

    def __init__(self, num_columns: int, width: int) -> None:
        super().__init__()
        self.shape = (num_columns, width)
        self.gain = nn.Parameter(torch.ones(num_columns * width))
        self.bias = nn.Parameter(torch.zeros(num_columns * width))

    def forward(self, hidden_NH: Tensor) -> Tensor:
        """Normalise."""
        normal_NXG = functional.layer_norm(hidden_NH.view(-1, *self.shape), self.shape[1:])
        return torch.addcmul(self.bias, normal_NXG.flatten(1), self.gain)


class AutoregressiveNetwork(ElboNetwork):
    """Log-probabilities of codes, with or without a latent."""

    charges_rate: ClassVar[bool] = False

    def __init__(self, codec: TableCodec, config: GeneratorConfig, num_latents: int) -> None:
        super().__init__()
        self.num_latents = num_latents
        self.latent_dim = num_latents + 1  # noise of the latents, and what decides whether a row sees its own
        self.num_columns = len(codec.columns)
        self.width = config.units(self.num_columns)
        self.read = LevelBuckets(codec, self.width, std=1.0)
        self.enter = MaskedLinear(self.num_columns, self.width, strict=True)
        shape = (self.num_columns, self.width)
        self.norms = nn.ModuleList([ColumnNorm(*shape) for _ in range(config.blocks + 1)])
        self.blocks = nn.ModuleList([MaskedLinear(*shape, strict=False) for _ in range(config.blocks)])
        self.head = LevelHead(codec, self.width)
        self.context: nn.Sequential | None = None
        if num_latents:
            wide = nn.Linear(CONTEXT, (config.blocks + 1) * self.num_columns * self.width)
            self.context = nn.Sequential(nn.Linear(num_latents + 1, CONTEXT), nn.SiLU(), wide)
        self.blind = float(torch.special.ndtri(torch.tensor(config.latent_dropout, dtype=torch.float64)))

    def elbo(self, batch: CodedBatch, noise_NK: Tensor) -> ElboTerms:
        """Return the negative log-likelihood by row as distortion; the rate is the latents' own network's affair.

        Which rows see no latent follows from the last number of the noise.
        """
        latents_NK = None
        if self.num_latents:
            z_NK = batch.mean_NK + batch.std_NK * noise_NK[:, :-1]
            seen_N1 = (noise_NK[:, -1:] > self.blind).to(z_NK.dtype)
            latents_NK = torch.cat([z_NK * seen_N1, seen_N1], dim=1)
        distortion_N = -self._log_prob_NX(batch.codes_NX.long(), latents_NK).sum(-1)
        return ElboTerms(distortion_N, torch.zeros(len(distortion_N), 0, device=distortion_N.device))

    def log_prob_NX(self, codes_NX: Tensor, z_NK: Tensor | None = None) -> Tensor:
        """Return log p(x_j | z, x_<j) of each cell, nats; without a latent log p(x_j | x_<j)."""
        return self._log_prob_NX(codes_NX.long(), self.latents(z_NK, len(codes_NX)))

    def latents(self, z_NK: Tensor | None, num_rows: int) -> Tensor | None:
        """Return what the context reads: a latent with a flag, or zeros where there is none."""
        if not self.num_latents:
            return None
        if z_NK is None:
            return torch.zeros(num_rows, self.num_latents + 1, device=self.head.bias[0].device)
        return functional.pad(z_NK, (0, 1), value=1.0)

    def contexts(self, latents_NK: Tensor | None) -> list[Tensor | None]:
        """Return what a latent adds to the units of each layer, NH."""
        if self.context is None or latents_NK is None:
            return [None] * len(self.norms)
        return list(self.context(latents_NK).chunk(len(self.norms), dim=1))

    def _log_prob_NX(self, codes_NX: Tensor, latents_NK: Tensor | None) -> Tensor:
        contexts = self.contexts(latents_NK)
        hidden_NH = _plus(self.enter(self.read(codes_NX).flatten(1)), contexts[0])
        for norm, block, context_NH in zip(self.norms[:-1], self.blocks, contexts[1:], strict=True):
            active_NH = functional.silu(norm(hidden_NH))
            hidden_NH = hidden_NH + _plus(block(active_NH), context_NH)
        last_NH = functional.silu(self.norms[-1](hidden_NH))
        return self.head.log_prob_NX(last_NH.view(-1, self.num_columns, self.width), codes_NX)


def _plus(hidden_NH: Tensor, context_NH: Tensor | None) -> Tensor:
    return hidden_NH if context_NH is None else hidden_NH + context_NH
