"""The aggregate posterior q(z) = mean of q(z|x) over rows, against the prior N(0, I). N rows, K latents, S draws."""

from typing import Final

import numpy as np

DIRECTIONS: Final = 64
"""Random directions of the sliced distance."""
NULL_DRAWS: Final = 40
"""Pairs of prior samples whose distance says what chance alone gives."""
RARE: Final = 0.001
"""Share of training rows whose density counts as none."""


def moment_kl(mean_NK: np.ndarray, std_NK: np.ndarray) -> float:
    """Return KL(N(m, S) || N(0, I)) in nats, with m and S the exact first two moments of the aggregate posterior.

    NaN where a direction has no spread at all, as with a point posterior that has collapsed.
    """
    m_K = mean_NK.mean(axis=0)
    s_KK = np.cov(mean_NK, rowvar=False, bias=True).reshape(len(m_K), len(m_K)) + np.diag((std_NK**2).mean(axis=0))
    sign, log_det = np.linalg.slogdet(s_KK)
    if sign <= 0 or not np.isfinite(log_det):
        return float("nan")
    return float(0.5 * (np.trace(s_KK) + m_K @ m_K - len(m_K) - log_det))


def sliced_w2(x_NK: np.ndarray, y_NK: np.ndarray, rng: np.random.Generator) -> float:
    """Return the root mean square over random directions of the 2-Wasserstein distance of projections, equal N.

    0 for equal samples; |shift| / sqrt(K) for a shifted one (Bonneel et al. 2015).
    """
    directions_KP = rng.standard_normal((x_NK.shape[1], DIRECTIONS))
    directions_KP /= np.linalg.norm(directions_KP, axis=0)
    gap = np.sort(x_NK @ directions_KP, axis=0) - np.sort(y_NK @ directions_KP, axis=0)
    return float(np.sqrt((gap**2).mean()))


def compare_with_prior(mean_NK: np.ndarray, std_NK: np.ndarray, seed: int) -> dict[str, float]:
    """Return the sliced distance between aggregate posterior and prior, and its 95 % bound under equality."""
    rng = np.random.default_rng(seed)

    def prior() -> np.ndarray:
        return rng.standard_normal(mean_NK.shape)

    distance = sliced_w2(mean_NK + std_NK * prior(), prior(), rng)
    null = [sliced_w2(prior(), prior(), rng) for _ in range(NULL_DRAWS)]
    return {"sliced_w2": distance, "sliced_w2_null": float(np.quantile(null, 0.95))}


def hole_share(train_NK: np.ndarray, generated_SK: np.ndarray) -> float:
    """Return the share of re-encoded prior samples less dense than 99.9 % of training rows, by a Gaussian fit.

    NaN where the training latents have no spread: a collapsed model has no shape to fall out of.
    """
    m_K = train_NK.mean(axis=0)
    s_KK = np.cov(train_NK, rowvar=False, bias=True).reshape(len(m_K), len(m_K))
    # A switched-off dimension spreads by rounding only; shape is judged in the others.
    used_K = np.diag(s_KK) > 1e-6
    if not used_K.any():
        return float("nan")
    precision_KK = np.linalg.pinv(s_KK[np.ix_(used_K, used_K)], hermitian=True)

    def distance(z_NK: np.ndarray) -> np.ndarray:
        centred_NK = (z_NK - m_K)[:, used_K]
        return np.asarray(np.einsum("nk,kl,nl->n", centred_NK, precision_KK, centred_NK))

    return float((distance(generated_SK) > np.quantile(distance(train_NK), 1.0 - RARE)).mean())
