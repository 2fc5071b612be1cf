"""What latents are like before any row is seen, for the column-wise decoder. N rows, K latents, M components.

N(0, I) is what training assumes; rows as they are rarely fill it. A mixture of Gaussians fitted afterwards to samples
of the aggregate posterior q(z) = mean of q(z|x), or a flow (`model.flow`), draws from where training has been.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self

import numpy as np
import torch
from torch import Tensor

from vaegis.model.flow import FlowPrior

MAX_COMPONENTS: Final = 50
ROWS_A_COMPONENT: Final = 100
"""Rows each component must have on average: its covariance has K (K + 1) / 2 numbers to learn."""
FLOOR: Final = 1e-3
"""Added to every variance: no component shrinks onto a point."""
ROUNDS: Final = 100
TOLERANCE: Final = 1e-4
"""Nats a row; EM stops when a round gains less."""


class Prior(Protocol):
    """A density of latents that can be drawn from."""

    @classmethod
    def fit(cls, z_NK: Tensor, seed: int) -> Self:
        """Learn from samples of the aggregate posterior."""
        ...

    def log_prob_N(self, z_NK: Tensor) -> Tensor:
        """Return log p(z), nats."""
        ...

    def sample(self, num_rows: int, generator: torch.Generator) -> Tensor:
        """Draw latents, NK."""
        ...

    def moments(self) -> tuple[Tensor, Tensor]:
        """Return mean, (K,), and covariance, (K, K)."""
        ...

    def pack(self) -> dict[str, np.ndarray]:
        """Return the fitted state."""
        ...

    @classmethod
    def unpack(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild what `pack` returned."""
        ...


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """N(0, I)."""

    num_latents: int

    @classmethod
    def fit(cls, z_NK: Tensor, seed: int) -> Self:
        """Keep nothing but the number of latents."""
        del seed
        return cls(z_NK.shape[1])

    def log_prob_N(self, z_NK: Tensor) -> Tensor:
        """Return log p(z), nats."""
        return -0.5 * (z_NK.square() + math.log(2 * math.pi)).sum(1)

    def sample(self, num_rows: int, generator: torch.Generator) -> Tensor:
        """Draw latents, NK."""
        return torch.randn(num_rows, self.num_latents, generator=generator)

    def moments(self) -> tuple[Tensor, Tensor]:
        """Return mean, (K,), and covariance, (K, K)."""
        return torch.zeros(self.num_latents), torch.eye(self.num_latents)

    def pack(self) -> dict[str, np.ndarray]:
        """Return the fitted state."""
        return {"num_latents": np.asarray([self.num_latents])}

    @classmethod
    def unpack(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild what `pack` returned."""
        return cls(int(arrays["num_latents"][0]))


@dataclass(frozen=True, slots=True)
class MixturePrior:
    """A mixture of Gaussians with full covariances, by expectation-maximisation."""

    log_weight_M: Tensor
    mean_MK: Tensor
    scale_MKK: Tensor
    """Lower Cholesky factors of the covariances; float64, as the others."""

    @classmethod
    def fit(cls, z_NK: Tensor, seed: int) -> Self:
        """Fit as many components as rows allow, from centres far apart (Arthur & Vassilvitskii 2007)."""
        z_NK = z_NK.double()
        num_components = int(np.clip(len(z_NK) // ROWS_A_COMPONENT, 1, MAX_COMPONENTS))
        centre_MK = _far_apart(z_NK, num_components, torch.Generator().manual_seed(seed))
        share_NM = torch.nn.functional.one_hot(torch.cdist(z_NK, centre_MK).argmin(1), num_components).double()
        fitted, before = cls._maximise(z_NK, share_NM), -math.inf
        for _ in range(ROUNDS):
            joint_NM = fitted.joint_NM(z_NK)
            total_N = joint_NM.logsumexp(1)
            if (now := float(total_N.mean())) < before + TOLERANCE:
                break
            fitted, before = cls._maximise(z_NK, (joint_NM - total_N[:, None]).exp()), now
        return fitted

    @classmethod
    def _maximise(cls, z_NK: Tensor, share_NM: Tensor) -> Self:
        mass_M = share_NM.sum(0).clamp(min=1e-9)
        mean_MK = share_NM.T @ z_NK / mass_M[:, None]
        # E[zz'] - mm', one product for all components.
        square_MKK = torch.einsum("nm,nk,nl->mkl", share_NM, z_NK, z_NK) / mass_M[:, None, None]
        covariance_MKK = square_MKK - mean_MK[:, :, None] * mean_MK[:, None, :]
        floor_KK = FLOOR * torch.eye(z_NK.shape[1], dtype=z_NK.dtype)
        return cls((mass_M / len(z_NK)).log(), mean_MK, torch.linalg.cholesky(covariance_MKK + floor_KK))

    def joint_NM(self, z_NK: Tensor) -> Tensor:
        """Return the log of weight times density, nats, by component."""
        residual_MKN = (z_NK.double() - self.mean_MK[:, None]).transpose(1, 2)
        white_MKN = torch.linalg.solve_triangular(self.scale_MKK, residual_MKN, upper=False)
        log_det_M = self.scale_MKK.diagonal(dim1=1, dim2=2).log().sum(1)
        log_prob_MN = -0.5 * (white_MKN.square() + math.log(2 * math.pi)).sum(1) - log_det_M[:, None]
        joint_NM: Tensor = (log_prob_MN + self.log_weight_M[:, None]).T
        return joint_NM

    def log_prob_N(self, z_NK: Tensor) -> Tensor:
        """Return log p(z), nats."""
        return self.joint_NM(z_NK).logsumexp(1).to(z_NK.dtype)

    def sample(self, num_rows: int, generator: torch.Generator) -> Tensor:
        """Draw latents, NK."""
        weight_M = self.log_weight_M.exp()
        component_N = torch.multinomial(weight_M, num_rows, replacement=True, generator=generator)
        noise_NK = torch.randn(num_rows, self.mean_MK.shape[1], generator=generator, dtype=torch.float64)
        moved_NK = (self.scale_MKK[component_N] @ noise_NK[:, :, None]).squeeze(2)
        return (self.mean_MK[component_N] + moved_NK).float()

    def moments(self) -> tuple[Tensor, Tensor]:
        """Return mean, (K,), and covariance, (K, K)."""
        weight_M = self.log_weight_M.exp() / self.log_weight_M.exp().sum()
        mean_K = weight_M @ self.mean_MK
        gap_MK = self.mean_MK - mean_K
        within_KK = torch.einsum("m,mkl,mjl->kj", weight_M, self.scale_MKK, self.scale_MKK)
        return mean_K, within_KK + gap_MK.T @ (weight_M[:, None] * gap_MK)

    def pack(self) -> dict[str, np.ndarray]:
        """Return the fitted state."""
        return {
            "log_weight": self.log_weight_M.numpy().copy(),
            "mean": self.mean_MK.numpy().copy(),
            "scale": self.scale_MKK.numpy().copy(),
        }

    @classmethod
    def unpack(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild what `pack` returned."""
        return cls(*(torch.from_numpy(arrays[name]) for name in ("log_weight", "mean", "scale")))


PRIORS: Final[dict[str, type[Prior]]] = {"normal": NormalPrior, "mixture": MixturePrior, "flow": FlowPrior}


def _far_apart(z_NK: Tensor, num_centres: int, generator: torch.Generator) -> Tensor:
    """Return rows, each drawn in proportion to its squared distance from those before it."""
    first = torch.randint(len(z_NK), (1,), generator=generator)
    chosen, distance_N = [first], torch.full((len(z_NK),), math.inf, dtype=z_NK.dtype)
    for _ in range(num_centres - 1):
        distance_N = torch.minimum(distance_N, (z_NK - z_NK[chosen[-1]]).square().sum(1))
        chosen.append(torch.multinomial(distance_N + 1e-12, 1, generator=generator))
    return z_NK[torch.cat(chosen)]
