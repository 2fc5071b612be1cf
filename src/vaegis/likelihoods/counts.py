"""Columns of counts. N rows, G columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import torch
from torch import Tensor

from vaegis.likelihoods.base import Family
from vaegis.likelihoods.facts import ColumnFacts
from vaegis.likelihoods.units import Units

_LOG_RANGE: Final = 12.0
"""Natural logarithm of the furthest a mean can be from the column's own."""
_LOG_SIZE_RANGE: Final = 7.0
"""The same of the size r: between a thousandth and a thousand, beyond which the law is a Poisson's."""
_MIN_MEAN: Final = 1e-2
_MOST: Final = 1e30
"""Counts beyond it are as improbable as it: the log-mass of larger ones is more than single precision holds."""


@dataclass(frozen=True, slots=True)
class PoissonLikelihood:
    """Counts of rate mean; `size_NG` r, if any, makes the variance mean + mean^2 / r (negative binomial)."""

    mean_NG: Tensor
    size_NG: Tensor | None
    units: Units
    min_sigma: float

    def log_prob_NG(self, x_NG: Tensor) -> Tensor:
        """Return log-masses of counts, read off the standardised scale.

        What is no count, below 0, is as improbable as 0 and more so by its distance in floors of sigma: never
        impossible, for a score must stay finite.
        """
        count_NG = self.units.of(x_NG).clamp(-_MOST, _MOST)
        k_NG = count_NG.clamp_min(0.0)
        beyond_NG = (k_NG - count_NG) / (self.units.scale_G * self.min_sigma)
        return (self._log_mass_NG(k_NG) - beyond_NG).to(self.mean_NG.dtype)

    def _log_mass_NG(self, k_NG: Tensor) -> Tensor:
        mean_NG = self.mean_NG.double()
        if self.size_NG is None:
            return k_NG * mean_NG.log() - mean_NG - torch.lgamma(k_NG + 1.0)
        size_NG = self.size_NG.double()
        ways_NG = torch.lgamma(k_NG + size_NG) - torch.lgamma(size_NG) - torch.lgamma(k_NG + 1.0)
        return ways_NG - size_NG * torch.log1p(mean_NG / size_NG) - k_NG * torch.log1p(size_NG / mean_NG)

    def expected_NG(self) -> Tensor:
        """Return the means, on the standardised scale."""
        return self.moments_NG()[0]

    def moments_NG(self) -> tuple[Tensor, Tensor]:
        """Return means and standard deviations on the standardised scale."""
        mean_NG = self.mean_NG.double()
        variance_NG = mean_NG if self.size_NG is None else mean_NG + mean_NG.square() / self.size_NG.double()
        mean_NG, std_NG = self.units.moments(mean_NG, variance_NG.sqrt())
        return mean_NG.to(self.mean_NG.dtype), std_NG.to(self.mean_NG.dtype).clamp_min(self.min_sigma)

    def residual_NG(self, x_NG: Tensor) -> Tensor:
        """Return (x - mean) / standard deviation."""
        mean_NG, std_NG = self.moments_NG()
        return (x_NG - mean_NG) / std_NG

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one count per cell, on the standardised scale; a negative binomial is a Poisson of gamma rates."""
        rate_NG = self.mean_NG.double()
        if self.size_NG is not None:
            size_NG = self.size_NG.double()
            # torch.distributions draws from the global generator only.
            gamma_NG = torch._standard_gamma(size_NG, generator=generator)  # noqa: SLF001
            rate_NG = gamma_NG * rate_NG / size_NG
        count_NG = torch.poisson(rate_NG, generator=generator)
        return self.units.standardise(count_NG).to(self.mean_NG.dtype)


class Poisson(Family):
    """One parameter a column: the logarithm of its mean over the column's own."""

    reads: ClassVar[Literal["values", "codes"]] = "values"
    over = "counts"

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)
        self._units, self._min_sigma = Units(columns), min_sigma
        self._num_columns = len(columns)
        self.num_params = len(columns)

    def likelihood(self, params_NP: Tensor) -> PoissonLikelihood:
        """Return counts with these means."""
        return PoissonLikelihood(self._mean_NG(params_NP), None, self._units, self._min_sigma)

    def _mean_NG(self, raw_NG: Tensor) -> Tensor:
        usual_G = self._units.center_G.clamp_min(_MIN_MEAN).to(raw_NG.dtype)
        return usual_G * _bounded(raw_NG, _LOG_RANGE).exp()


class NegativeBinomial(Poisson):
    """Two parameters a column: mean as a Poisson's, and the logarithm of its size."""

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)
        self.num_params = 2 * len(columns)

    def likelihood(self, params_NP: Tensor) -> PoissonLikelihood:
        """Split parameters into mean and size."""
        raw_NG, log_size_NG = torch.split(params_NP, self._num_columns, dim=-1)
        size_NG = _bounded(log_size_NG, _LOG_SIZE_RANGE).exp()
        return PoissonLikelihood(self._mean_NG(raw_NG), size_NG, self._units, self._min_sigma)


def _bounded(raw: Tensor, most: float) -> Tensor:
    """Return raw where it is small, at most `most` in size wherever it is."""
    return most * torch.tanh(raw / most)
