"""The evidence lower bound, its parts, and the schedule of its weight. N rows, K latents; all in nats per row."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class ElboTerms:
    """ELBO = -(distortion + rate), sums over columns and latents, one number a row."""

    distortion_N: Tensor
    """-E_q log p(x|z), by one sample."""
    rate_N: Tensor
    """KL(q(z|x) || p(z))."""

    def loss_N(self, beta: float) -> Tensor:
        """Return distortion + beta * rate (Higgins et al. 2017, eq. 4); beta = 1 is the negative ELBO."""
        return self.distortion_N + beta * self.rate_N

    @property
    def elbo_N(self) -> Tensor:
        """The evidence lower bound at beta = 1."""
        return -(self.distortion_N + self.rate_N)


class ElboNetwork(nn.Module, ABC):
    """Anything that training can fit: a network that tells the evidence lower bound of a batch."""

    latent_dim: int

    @abstractmethod
    def elbo(self, batch: Any, noise_NK: Tensor) -> ElboTerms:
        """Return distortion and rate by row, from one reparameterised sample; `batch` is a `data.batches.Batch`."""


def beta_at(step: int, *, planned_steps: int, warmup: float, beta: float) -> float:
    """Return beta at an optimiser step: linear from 0 over the first `warmup` share of planned steps.

    Tied to planned steps, so that warm-up ends before training does whatever the number of rows.
    """
    warmup_steps = warmup * planned_steps
    return beta if step >= warmup_steps else beta * step / warmup_steps
