"""Normal columns: both moments from the latent, or one learned spread a column. N rows, G columns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from vaegis.likelihoods.base import Family
from vaegis.likelihoods.facts import ColumnFacts

_HALF_LOG_TWO_PI: Final = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class GaussianLikelihood:
    """N(mean, sigma^2) by cell."""

    mean_NG: Tensor
    sigma_NG: Tensor

    def log_prob_NG(self, x_NG: Tensor) -> Tensor:
        """Return log N(x; mean, sigma^2), nats of the standardised column."""
        residual_NG = (x_NG - self.mean_NG) / self.sigma_NG
        return -0.5 * residual_NG.square() - self.sigma_NG.log() - _HALF_LOG_TWO_PI

    def expected_NG(self) -> Tensor:
        """Return the means."""
        return self.mean_NG

    def moments_NG(self) -> tuple[Tensor, Tensor]:
        """Return means and standard deviations."""
        return self.mean_NG, self.sigma_NG

    def residual_NG(self, x_NG: Tensor) -> Tensor:
        """Return (x - mean) / sigma."""
        return (x_NG - self.mean_NG) / self.sigma_NG

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one value per cell."""
        noise_NG = torch.randn(self.mean_NG.shape, generator=generator, device=self.mean_NG.device)
        return self.mean_NG + self.sigma_NG * noise_NG


class Gaussian(Family):
    """Two parameters a column; the floor keeps a perfectly predictable column from an infinite density."""

    reads: ClassVar[Literal["values", "codes"]] = "values"
    over = "line"

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)
        self._num_columns = len(columns)
        self._min_sigma = min_sigma
        self.num_params = 2 * self._num_columns

    def likelihood(self, params_NP: Tensor) -> GaussianLikelihood:
        """Split parameters into mean and softplus sigma above its floor."""
        mean_NG, raw_NG = torch.split(params_NP, self._num_columns, dim=-1)
        # Of a slice torch takes softplus one number at a time, fifteen times as slowly.
        return GaussianLikelihood(mean_NG, self._min_sigma + functional.softplus(raw_NG.contiguous()))


class GaussianFixed(Family):
    """One parameter a column, the mean; its spread is learned once a column, the same for all rows."""

    reads: ClassVar[Literal["values", "codes"]] = "values"
    over = "line"

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)
        self._min_sigma = min_sigma
        self.num_params = len(columns)
        self.raw_sigma_G = nn.Parameter(torch.zeros(len(columns)))

    def likelihood(self, params_NP: Tensor) -> GaussianLikelihood:
        """Return normals of these means."""
        sigma_G = self._min_sigma + functional.softplus(self.raw_sigma_G)
        return GaussianLikelihood(params_NP, sigma_G.expand_as(params_NP))
