"""Small variational autoencoders side by side, read as one batched model.

E members, N rows, W values (D numeric columns, then L levels), K latents. Every column has one learned sigma.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

HIDDEN: Final = (128, 64)
NARROW: Final = (64, 32)
WIDE: Final = 300
"""Values a row beyond which members are narrow: their cost grows with both."""
MIN_SIGMA: Final = 0.05
"""Floor of standard deviations: a column that never moves must not outweigh all others."""
LOG_VAR: Final = (-8.0, 4.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """What members say of rows; the latent is the posterior's mean unless noise was given."""

    latent_ENK: Tensor
    kl_EN: Tensor
    residual_ENW: Tensor
    """Value minus expectation; of a level, indicator minus probability."""
    nll_ENW: Tensor
    """Nats; a discrete column's stand at its level."""


class Members(nn.Module):
    """E networks of the same shape and of different weights."""

    share_L: Tensor

    def __init__(
        self, count: int, num_numeric: int, num_levels: tuple[int, ...], share_L: Tensor, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.count, self.num_numeric, self.num_levels = count, num_numeric, num_levels
        width = num_numeric + sum(num_levels)
        hidden = NARROW if width > WIDE else HIDDEN
        self.latent_dim = min(max(width // 2, 2), 16)
        self.encoder = nn.ParameterList(_layers(count, (2 * width, *hidden, 2 * self.latent_dim), generator))
        self.decoder = nn.ParameterList(_layers(count, (self.latent_dim, *reversed(hidden), width), generator))
        self.raw_sigma_E1D = nn.Parameter(torch.zeros(count, 1, num_numeric))
        self.register_buffer("share_L", share_L)

    def forward(self, x_ENW: Tensor, observed_ENW: Tensor, noise_ENK: Tensor | None = None) -> Reading:
        """Read rows; missing cells reach the encoder as zeros with a flag, and have no likelihood."""
        code_EN2K = _perceptron(self.encoder, torch.cat([x_ENW, observed_ENW], dim=-1))
        mean_ENK, log_var_ENK = code_EN2K.chunk(2, dim=-1)
        log_var_ENK = log_var_ENK.clamp(*LOG_VAR)
        latent_ENK = mean_ENK if noise_ENK is None else mean_ENK + (0.5 * log_var_ENK).exp() * noise_ENK
        out_ENW = _perceptron(self.decoder, latent_ENK)
        sigma_E1D = MIN_SIGMA + functional.softplus(self.raw_sigma_E1D)
        log_prob_ENL = self._log_softmax(out_ENW[..., self.num_numeric :])
        residual_END = x_ENW[..., : self.num_numeric] - out_ENW[..., : self.num_numeric]
        hits_ENL = x_ENW[..., self.num_numeric :] + self.share_L
        nll_END = 0.5 * (residual_END / sigma_E1D).square() + sigma_E1D.log()
        return Reading(
            latent_ENK,
            0.5 * (mean_ENK.square() + log_var_ENK.exp() - 1.0 - log_var_ENK).sum(-1),
            torch.cat([residual_END, hits_ENL - log_prob_ENL.exp()], dim=-1) * observed_ENW,
            torch.cat([nll_END, -hits_ENL * log_prob_ENL], dim=-1) * observed_ENW,
        )

    def _log_softmax(self, logits_ENL: Tensor) -> Tensor:
        """Normalise the levels of each column."""
        if not self.num_levels:
            return logits_ENL
        blocks = torch.split(logits_ENL, list(self.num_levels), dim=-1)
        return torch.cat([block.log_softmax(dim=-1) for block in blocks], dim=-1)


def _layers(count: int, sizes: tuple[int, ...], generator: torch.Generator) -> list[nn.Parameter]:
    """Return weight (E, out, in) and bias (E, out, 1) of each layer, uniform within 1/sqrt(in)."""
    made = []
    for num_in, num_out in pairwise(sizes):
        for columns in (num_in, 1):
            weight = torch.rand(count, num_out, columns, generator=generator)
            made.append(nn.Parameter((2.0 * weight - 1.0) * max(num_in, 1) ** -0.5))
    return made


def _perceptron(layers: nn.ParameterList, x_ENF: Tensor) -> Tensor:
    """Apply layers with rows as the last axis: only so are products the same bits wherever in a block a row stands."""
    weights = list(layers)
    x_EFN = x_ENF.transpose(1, 2).contiguous()
    for position in range(0, len(weights), 2):
        x_EFN = torch.baddbmm(weights[position + 1], weights[position], x_EFN)
        if position + 2 < len(weights):
            x_EFN = functional.silu(x_EFN)
    return x_EFN.transpose(1, 2)
