"""What the encoder says of a row's latent. N rows, K latent dimensions, S samples."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

LOG_VAR_RANGE: Final = (-10.0, 6.0)
"""Clamp of log-variances: beyond it a dimension is switched off or exploding."""


@dataclass(frozen=True, slots=True)
class GaussianPosterior:
    """q(z|x) = N(mean, diag exp(log_var))."""

    mean_NK: Tensor
    log_var_NK: Tensor

    def sample(self, noise_NK: Tensor) -> Tensor:
        """Reparameterise standard normal noise (Kingma & Welling 2014, eq. 4)."""
        return self.mean_NK + (0.5 * self.log_var_NK).exp() * noise_NK

    def kl_NK(self) -> Tensor:
        """Return KL(q || N(0, I)) by dimension, nats (Kingma & Welling 2014, appendix B)."""
        return 0.5 * (self.mean_NK.square() + self.log_var_NK.exp() - self.log_var_NK - 1.0)

    def clamped_NK(self) -> Tensor:
        """Whether the log-variance sits at a limit of `LOG_VAR_RANGE`."""
        low, high = LOG_VAR_RANGE
        return (self.log_var_NK <= low) | (self.log_var_NK >= high)

    def log_prob_N(self, z_NK: Tensor) -> Tensor:
        """Return log q(z|x), nats."""
        residual_NK = (z_NK - self.mean_NK) * (-0.5 * self.log_var_NK).exp()
        return -0.5 * (residual_NK.square() + self.log_var_NK + torch.log(z_NK.new_tensor(2 * torch.pi))).sum(-1)

    @property
    def std_NK(self) -> Tensor:
        """Standard deviations."""
        return (0.5 * self.log_var_NK).exp()


@dataclass(frozen=True, slots=True)
class PointPosterior:
    """All mass at one point: a deterministic autoencoder's latent. It has no density, so no KL and no log_prob."""

    mean_NK: Tensor

    def sample(self, noise_NK: Tensor) -> Tensor:
        """Return the point; the noise is ignored."""
        del noise_NK
        return self.mean_NK

    def kl_NK(self) -> Tensor:
        """Return zeros: no KL is charged."""
        return torch.zeros_like(self.mean_NK)

    def clamped_NK(self) -> Tensor:
        """Return False: there is no variance."""
        return torch.zeros_like(self.mean_NK, dtype=torch.bool)

    @property
    def std_NK(self) -> Tensor:
        """Zeros."""
        return torch.zeros_like(self.mean_NK)


Posterior = GaussianPosterior | PointPosterior
