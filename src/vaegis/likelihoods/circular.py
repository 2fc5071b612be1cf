"""Angles: both ends of the scale are one point. N rows, G columns; radians from -pi to pi."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import torch
from torch import Tensor

from vaegis.likelihoods.base import Family
from vaegis.likelihoods.facts import ColumnFacts

_LOG_TWO_PI: Final = math.log(2 * math.pi)
_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class VonMisesLikelihood:
    """Density proportional to exp(a cos x + b sin x): about the direction of (a, b), the closer the longer it is."""

    cosine_NG: Tensor
    sine_NG: Tensor

    def log_prob_NG(self, x_NG: Tensor) -> Tensor:
        """Return the log-density, nats of the angle in radians (Mardia & Jupp 2000, eq. 3.5.17)."""
        kappa_NG = self._kappa_NG
        along_NG = self.cosine_NG * x_NG.cos() + self.sine_NG * x_NG.sin()
        normaliser_NG: Tensor = torch.special.i0e(kappa_NG).log() + kappa_NG + _LOG_TWO_PI
        return along_NG - normaliser_NG

    def expected_NG(self) -> Tensor:
        """Return the mean directions."""
        return torch.atan2(self.sine_NG, self.cosine_NG)

    def moments_NG(self) -> tuple[Tensor, Tensor]:
        """Return mean directions and root mean square chords from them, sqrt(2 (1 - R)): the arc, where it is short."""
        kappa_NG = self._kappa_NG
        length_NG = torch.special.i1e(kappa_NG) / torch.special.i0e(kappa_NG)
        return self.expected_NG(), (2.0 * (1.0 - length_NG).clamp_min(_TINY)).sqrt()

    def residual_NG(self, x_NG: Tensor) -> Tensor:
        """Return the chord from the mean direction over its root mean square, with the sign of the shorter way."""
        mean_NG, chord_NG = self.moments_NG()
        apart_NG = x_NG - mean_NG
        return 2.0 * (0.5 * torch.atan2(apart_NG.sin(), apart_NG.cos())).sin() / chord_NG

    def sample_NG(self, generator: torch.Generator) -> Tensor:
        """Draw one angle per cell by rejection from a wrapped Cauchy (Best & Fisher 1979)."""
        kappa_NG = self._kappa_NG.double()
        tau_NG = 1.0 + (1.0 + 4.0 * kappa_NG.square()).sqrt()
        rho_NG = (tau_NG - (2.0 * tau_NG).sqrt()) / (2.0 * kappa_NG)
        r_NG = (1.0 + rho_NG.square()) / (2.0 * rho_NG)
        turned_NG, waiting_NG = torch.zeros_like(kappa_NG), torch.ones_like(kappa_NG, dtype=torch.bool)
        while waiting_NG.any():  # two of three tries succeed, whatever kappa
            u_3NG = torch.rand((3, *kappa_NG.shape), generator=generator, device=kappa_NG.device, dtype=torch.float64)
            z_NG = torch.cos(math.pi * u_3NG[0])
            f_NG = ((1.0 + r_NG * z_NG) / (r_NG + z_NG)).clamp(-1.0, 1.0)
            c_NG = kappa_NG * (r_NG - f_NG)
            taken_NG = (c_NG * (2.0 - c_NG) > u_3NG[1]) | ((c_NG / u_3NG[1]).log() + 1.0 >= c_NG)
            angle_NG = torch.where(u_3NG[2] < 0.5, -1.0, 1.0) * f_NG.acos()
            turned_NG = torch.where(waiting_NG & taken_NG, angle_NG, turned_NG)
            waiting_NG &= ~taken_NG
        angle_NG = self.expected_NG() + turned_NG
        return torch.atan2(angle_NG.sin(), angle_NG.cos()).to(self.cosine_NG.dtype)

    @property
    def _kappa_NG(self) -> Tensor:
        return (self.cosine_NG.square() + self.sine_NG.square() + _TINY).sqrt()


class VonMises(Family):
    """Two parameters a column, a vector v; the concentration is |v| (1 + |v|), at most 1 / floor^2."""

    reads: ClassVar[Literal["values", "codes"]] = "values"
    over = "circle"

    def __init__(self, columns: Sequence[ColumnFacts], min_sigma: float) -> None:
        super().__init__(columns, min_sigma)
        self._num_columns = len(columns)
        self._most = 1.0 / min_sigma**2
        self.num_params = 2 * self._num_columns

    def likelihood(self, params_NP: Tensor) -> VonMisesLikelihood:
        """Lengthen the vectors: a network reaches sharp angles without large outputs."""
        cosine_NG, sine_NG = torch.split(params_NP, self._num_columns, dim=-1)
        length_NG = (cosine_NG.square() + sine_NG.square() + _TINY).sqrt()
        stretch_NG = (1.0 + length_NG) / (1.0 + length_NG * (1.0 + length_NG) / self._most)
        return VonMisesLikelihood(cosine_NG * stretch_NG, sine_NG * stretch_NG)
