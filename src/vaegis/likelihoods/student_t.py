"""Columns with tails heavier than normal. N rows, G columns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from vaegis.likelihoods.base import Family
from vaegis.likelihoods.facts import ColumnFacts

MIN_FREEDOM: Final = 3.0
"""Degrees of freedom at least: below it the fit of a standard deviation says nothing, at 2 there is none."""
_START: Final = 5.0


@dataclass(frozen=True, slots=True)
class StudentTLikelihood:
    """Student's t with location, scale and degrees of freedom by cell."""

    location_NG: Tensor
    scale_NG: Tensor
    freedom_NG: Tensor

    def log_prob_NG(self, x_NG: Tensor) -> Tensor:
        """Return the log-density, nats of the standardised column."""
        residual_NG, half_NG = (x_NG - self.location_NG) / self.scale_NG, 0.5 * self.freedom_NG
        constant_NG = torch.lgamma(half_NG + 0.5) - torch.lgamma(half_NG) - 0.5 * (math.pi * self.freedom_NG).log()
        kernel_NG = (half_NG + 0.5) * torch.log1p(residual_NG.square() / self.freedom_NG)
        return constant_NG - self.scale_NG.log() - kernel_NG

    def expected_NG(self) -> Tensor:
        """Return the means, which are the locations."""
        return self.location_NG

    def moments_NG(self) -> tuple[Tensor, Tensor]:
        """Return means and standard deviations."""
        return self.location_NG, self.scale_NG * (self.freedom_NG / (self.freedom_NG - 2.0)).sqrt()

    def residual_NG(self, x_NG: Tensor) -> Tensor:
        """Return (x - mean) / standard deviation."""
        mean_NG, std_NG = self.moments_NG()
        return (x_NG - mean_NG) / std_NG

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one value per cell, exactly, from two uniforms (Bailey 1994, theorem 1 in polar form)."""
        shape, device = self.location_NG.shape, self.location_NG.device
        radius_NG, turn_NG = (torch.rand(shape, generator=generator, device=device) for _ in range(2))
        power_NG = -2.0 / self.freedom_NG * torch.log1p(-radius_NG)  # log of (1 - u)^(-2 / freedom)
        length_NG = (self.freedom_NG * torch.expm1(power_NG)).sqrt()
        return self.location_NG + self.scale_NG * length_NG * torch.cos(2 * math.pi * turn_NG)


class StudentT(Family):
    """Location and floored scale by cell, degrees of freedom learned once a column."""

    reads: ClassVar[Literal["values", "codes"]] = "values"
    over = "line"

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)
        self._num_columns = len(columns)
        self._min_sigma = min_sigma
        self.num_params = 2 * self._num_columns
        self.raw_freedom_G = nn.Parameter(torch.full((len(columns),), _START))

    def likelihood(self, params_NP: Tensor) -> StudentTLikelihood:
        """Split parameters into location and softplus scale above its floor."""
        location_NG, raw_NG = torch.split(params_NP, self._num_columns, dim=-1)
        freedom_G = MIN_FREEDOM + functional.softplus(self.raw_freedom_G)
        scale_NG = self._min_sigma + functional.softplus(raw_NG.contiguous())  # as for `Gaussian`
        return StudentTLikelihood(location_NG, scale_NG, freedom_G.expand_as(location_NG))
