"""Posterior means as features whose averages tell distributions apart. N rows, K latents, E embedding, Q moments.

Averages of random Fourier features estimate the mean embedding of a Gaussian kernel, whose distance is MMD (Rahimi &
Recht 2007; Gretton et al. 2012). Whitened moments up to the second are what a linear discriminant sorts rows by.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

MAX_MOMENT_LATENTS: Final = 12
"""Latents, those of the largest spread, whose products are counted: 12 make 90 moments."""
_SAMPLE: Final = 2_000
_CLIP: Final = 5.0
"""Standardised latents beyond are moved here: one far row must not decide an average."""
_RIDGE: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A fixed map, fitted to the reference's posterior means."""

    mean_K: np.ndarray
    std_K: np.ndarray
    frequency_KE: np.ndarray
    used_J: np.ndarray
    """Latents whose moments are counted."""
    centre_Q: np.ndarray
    whiten_QQ: np.ndarray

    @classmethod
    def fit(cls, z_NK: np.ndarray, frequencies: int, seed: int) -> Self:
        """Standardise, choose the bandwidth by the median distance, and whiten the moments."""
        rng = np.random.default_rng(seed)
        mean_K, std_K = z_NK.mean(0, dtype=np.float64), z_NK.std(0, dtype=np.float64)
        used_J = np.sort(np.argsort(-std_K, kind="stable")[:MAX_MOMENT_LATENTS])
        std_K = np.maximum(std_K, 1e-6)
        sample = (z_NK[rng.permutation(len(z_NK))[:_SAMPLE]] - mean_K) / std_K
        half = len(sample) // 2
        apart = np.linalg.norm(sample[:half] - sample[half : 2 * half], axis=1)
        width = max(float(np.median(apart)), 1e-6) if half else 1.0
        frequency_KE = rng.standard_normal((z_NK.shape[1], frequencies)) / width
        moments = _moments((z_NK[rng.permutation(len(z_NK))[: 10 * _SAMPLE]] - mean_K) / std_K, used_J)
        centre_Q = moments.mean(0)
        covariance = np.atleast_2d(np.cov(moments.T, ddof=0))
        scale = np.trace(covariance) / len(covariance)
        values, vectors = np.linalg.eigh(covariance + _RIDGE * max(scale, 1e-9) * np.eye(len(covariance)))
        return cls(mean_K, std_K, frequency_KE, used_J, centre_Q, vectors / np.sqrt(values))

    def waves_NE(self, z_NK: np.ndarray) -> np.ndarray:
        """Return random Fourier features, of norm 1 a row."""
        phase = ((z_NK - self.mean_K) / self.std_K) @ self.frequency_KE
        return np.asarray(np.concatenate([np.cos(phase), np.sin(phase)], axis=1) / np.sqrt(phase.shape[1]))

    def moments_NQ(self, z_NK: np.ndarray) -> np.ndarray:
        """Return latents, squares and products, uncorrelated and of variance 1 on the reference."""
        moments = _moments((z_NK - self.mean_K) / self.std_K, self.used_J)
        return np.asarray((moments - self.centre_Q) @ self.whiten_QQ)

    @property
    def num_waves(self) -> int:
        """Length of a row's embedding."""
        return int(2 * self.frequency_KE.shape[1])

    @property
    def num_moments(self) -> int:
        """How many moments there are."""
        return len(self.centre_Q)


def _moments(standard_NK: np.ndarray, used_J: np.ndarray) -> np.ndarray:
    z_NJ = np.clip(standard_NK[:, used_J], -_CLIP, _CLIP)
    first, second = np.triu_indices(z_NJ.shape[1])
    return np.concatenate([z_NJ, z_NJ[:, first] * z_NJ[:, second]], axis=1)
