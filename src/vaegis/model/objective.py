"""The evidence lower bound, its parts, and the schedule of its weight. N rows, K latents; all in nats per row."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class ElboTerms:
    """ELBO = -(distortion + rate), sums over columns and latents, one number a row."""

    distortion_N: Tensor
    """-E_q log p(x|z), by one sample."""
    rate_NK: Tensor
    """KL(q(z|x) || p(z)) by latent dimension."""

    @property
    def rate_N(self) -> Tensor:
        """KL(q(z|x) || p(z))."""
        return self.rate_NK.sum(-1)

    def loss_N(self, beta: float, free_bits: float = 0.0, mean_rate_K: Tensor | None = None) -> Tensor:
        """Return distortion + beta * rate (Higgins et al. 2017, eq. 4): at beta = 1 the negative ELBO.

        Args:
            beta: weight of the rate.
            free_bits: nats a dimension that cost nothing: one whose mean rate is below them is charged a constant, so
                no gradient pushes it further down (Kingma et al. 2016, eq. 15, each dimension a group).
            mean_rate_K: mean rates over the whole batch, where these rows are only a part of it.
        """
        if not free_bits:
            return self.distortion_N + beta * self.rate_N
        mean_K = self.rate_NK.detach().mean(0) if mean_rate_K is None else mean_rate_K
        charged_NK = torch.where(mean_K > free_bits, self.rate_NK, free_bits)
        return self.distortion_N + beta * charged_NK.sum(-1)

    @property
    def elbo_N(self) -> Tensor:
        """The evidence lower bound at beta = 1."""
        return -(self.distortion_N + self.rate_N)


class ElboNetwork(nn.Module, ABC):
    """Anything that training can fit: a network that tells the evidence lower bound of a batch."""

    latent_dim: int
    charges_rate: ClassVar[bool] = True
    """Whether it has latents of its own, which can collapse."""

    @abstractmethod
    def elbo(self, batch: Any, noise_NK: Tensor) -> ElboTerms:
        """Return distortion and rate by row, from one reparameterised sample; `batch` is a `data.batches.Batch`."""

    def watch(self, batch: Any, others: Any, noise_NK: Tensor) -> dict[str, Tensor]:
        """Return what else is worth watching, by row; training records the means over validation rows as `val/<name>`.

        `training.watch.ALARMS` says which names raise an alarm. `others` are as many other rows, whose latents do not
        belong to the rows of `batch`.
        """
        del batch, others, noise_NK
        return {}


def warmup_steps(planned_steps: int, warmup: float) -> float:
    """Return the step at which beta has its target: the last of training at the latest."""
    return min(warmup * planned_steps, planned_steps - 1.0)


def beta_at(step: int, *, planned_steps: int, warmup: float, beta: float) -> float:
    """Return beta at an optimiser step, the first is 0: linear from 0 over the first `warmup` share of planned steps.

    Tied to planned steps, so that warm-up ends before training does whatever the number of rows.
    """
    rising = warmup_steps(planned_steps, warmup)
    return beta if step >= rising else beta * step / rising
