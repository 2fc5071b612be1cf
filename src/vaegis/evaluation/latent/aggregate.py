"""The aggregate posterior q(z) = mean of q(z|x) over rows, against the prior in use. N rows, K latents, S draws."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.distance import nearest
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.halves import masks
from vaegis.model.priors import Prior

DIRECTIONS: Final = 64
"""Random directions of the sliced distance."""
HALVES_DIRECTIONS: Final = 16
"""Those of them along which halves of the rows are looked at."""
NULL_DRAWS: Final = 40
"""Pairs of prior samples whose distance says what chance alone gives."""
RARE: Final = 0.001
"""Share of training rows whose density counts as none."""
UNCOVERED: Final = 0.01
"""Share of held-out latents that count as far from all known ones."""


def moment_kl(mean_NK: np.ndarray, std_NK: np.ndarray, prior: Prior) -> float:
    """Return KL(N(m, S) || N(m_p, S_p)) in nats: the exact first two moments of aggregate posterior and prior.

    NaN where a direction has no spread, as with a point posterior that has collapsed.
    """
    return _gaussian_kl(aggregate_moments(mean_NK, std_NK), _moments_of(prior))


def moment_kl_replicates(mean_NK: np.ndarray, std_NK: np.ndarray, prior: Prior, draws: Bootstrap) -> np.ndarray:
    """Return the same with blocks of rows drawn again, (R,)."""
    known = _moments_of(prior)
    return np.array([_gaussian_kl(moments, known) for moments in moment_replicates(mean_NK, std_NK, draws)])


def moment_replicates(
    mean_NK: np.ndarray, std_NK: np.ndarray, draws: Bootstrap
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield mean, (K,), and covariance, (K, K), of the aggregate posterior with blocks of rows drawn again."""
    num_blocks = draws.num_blocks
    own_BK, square_BKK = np.zeros((num_blocks, mean_NK.shape[1])), np.zeros((num_blocks, *2 * mean_NK.shape[1:]))
    rows_B = np.bincount(draws.block_N, minlength=num_blocks)
    for block, rows_N in enumerate(np.split(np.argsort(draws.block_N, kind="stable"), np.cumsum(rows_B)[:-1])):
        x_NK = mean_NK[rows_N].astype(np.float64)
        own_BK[block] = x_NK.sum(axis=0)
        square_BKK[block] = x_NK.T @ x_NK + np.diag((std_NK[rows_N].astype(np.float64) ** 2).sum(axis=0))
    rows_R = draws.counts_RB @ rows_B
    mean_RK = draws.counts_RB @ own_BK / rows_R[:, None]
    square_RKK = np.einsum("rb,bkl->rkl", draws.counts_RB, square_BKK) / rows_R[:, None, None]
    spread_RKK = square_RKK - mean_RK[:, :, None] * mean_RK[:, None, :]
    return zip(mean_RK, spread_RKK, strict=True)


def aggregate_moments(mean_NK: np.ndarray, std_NK: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact mean, (K,), and covariance, (K, K), of the aggregate posterior."""
    m_K = mean_NK.mean(axis=0)
    s_KK = np.cov(mean_NK, rowvar=False, bias=True).reshape(len(m_K), len(m_K)) + np.diag((std_NK**2).mean(axis=0))
    return m_K, s_KK


def _moments_of(prior: Prior) -> tuple[np.ndarray, np.ndarray]:
    mean_K, covariance_KK = prior.moments()
    return mean_K.double().numpy(), covariance_KK.double().numpy()


def _gaussian_kl(own: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> float:
    """Return KL(own || other), nats; each is mean and covariance."""
    (m_K, s_KK), (p_K, p_KK) = own, other
    sign, log_det = np.linalg.slogdet(s_KK)
    if sign <= 0 or not np.isfinite(log_det):
        return float("nan")
    spread = np.trace(np.linalg.solve(p_KK, s_KK)) + (m_K - p_K) @ np.linalg.solve(p_KK, m_K - p_K)
    return float(0.5 * (spread - len(m_K) - log_det + np.linalg.slogdet(p_KK)[1]))


def sliced_w2(x_NK: np.ndarray, y_NK: np.ndarray, rng: np.random.Generator) -> float:
    """Return the root mean square over random directions of the 2-Wasserstein distance of projections, equal N.

    0 for equal samples; |shift| / sqrt(K) for a shifted one (Bonneel et al. 2015).
    """
    directions_KP = _directions(x_NK.shape[1], rng)
    gap = np.sort(x_NK @ directions_KP, axis=0) - np.sort(y_NK @ directions_KP, axis=0)
    return float(np.sqrt((gap**2).mean()))


def sliced_w2_halves(x_NK: np.ndarray, y_NK: np.ndarray, halves: Bootstrap, rng: np.random.Generator) -> np.ndarray:
    """Return the same for halves of the first rows, beside as many of the second drawn without replacement, (H,).

    It looks along a part of the directions: they are common to all halves.
    """
    directions_KP = _directions(x_NK.shape[1], rng)[:, :HALVES_DIRECTIONS]
    sorted_PN, order_PN = zip(*(_sorted(rows @ directions_KP) for rows in (x_NK, y_NK)), strict=True)
    found = []
    for inside_N in masks(halves):
        chosen_N = rng.permutation(inside_N)
        here, there = (
            values_PN[inside[order]].reshape(len(order), -1)
            for values_PN, order, inside in zip(sorted_PN, order_PN, (inside_N, chosen_N), strict=True)
        )
        found.append(np.sqrt(((here - there) ** 2).mean()))
    return np.array(found)


def _sorted(projected_NP: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each direction's values in order, (P, N), and which rows they are of."""
    order_PN = np.argsort(projected_NP.T, axis=1)
    return np.take_along_axis(projected_NP.T, order_PN, axis=1), order_PN


def _directions(width: int, rng: np.random.Generator) -> np.ndarray:
    directions_KP = rng.standard_normal((width, DIRECTIONS))
    return np.asarray(directions_KP / np.linalg.norm(directions_KP, axis=0))


def draw_prior(prior: Prior, num_rows: int, seed: int) -> np.ndarray:
    """Return latents drawn from the prior, float64 (S, K)."""
    return prior.sample(num_rows, torch.Generator().manual_seed(seed)).double().numpy()


def draw_aggregate(mean_NK: np.ndarray, std_NK: np.ndarray, seed: int) -> np.ndarray:
    """Return one draw from the posterior of each row, float64 (N, K)."""
    return np.asarray(mean_NK + std_NK * np.random.default_rng(seed).standard_normal(mean_NK.shape))


def compare_with_prior(mean_NK: np.ndarray, std_NK: np.ndarray, prior: Prior, seed: int) -> dict[str, float]:
    """Return the sliced distance of aggregate posterior and prior, its 95 % bound under equality, and their ratio."""
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)

    def draw() -> np.ndarray:
        return prior.sample(len(mean_NK), generator).double().numpy()

    distance = sliced_w2(draw_aggregate(mean_NK, std_NK, seed), draw(), rng)
    null = float(np.quantile([sliced_w2(draw(), draw(), rng) for _ in range(NULL_DRAWS)], 0.95))
    return {"sliced_w2": distance, "sliced_w2_null": null, "sliced_w2_ratio": distance / null}


def in_holes(train_NK: np.ndarray, generated_SK: np.ndarray) -> np.ndarray:
    """Return which re-encoded prior samples are less dense than 99.9 % of training rows, by a Gaussian fit, (S,).

    Raises:
        NotComputable: the training latents have no spread: a collapsed model has no shape to fall out of.
    """
    m_K = train_NK.mean(axis=0)
    s_KK = np.cov(train_NK, rowvar=False, bias=True).reshape(len(m_K), len(m_K))
    # A switched-off dimension spreads by rounding only; shape is judged in the others.
    used_K = np.diag(s_KK) > 1e-6
    if not used_K.any():
        raise NotComputable("the training latents have no spread")
    precision_KK = np.linalg.pinv(s_KK[np.ix_(used_K, used_K)], hermitian=True)

    def distance(z_NK: np.ndarray) -> np.ndarray:
        centred_NK = (z_NK - m_K)[:, used_K]
        return np.asarray(np.einsum("nk,kl,nl->n", centred_NK, precision_KK, centred_NK))

    return np.asarray(distance(generated_SK) > np.quantile(distance(train_NK), 1.0 - RARE))


def uncovered(known_NK: np.ndarray, held_MK: np.ndarray, prior_SK: np.ndarray) -> np.ndarray:
    """Return which prior draws are farther from every known latent than 99 % of held-out latents are, (S,).

    One in a hundred where prior and aggregate posterior are one law; all where the prior draws from nowhere. Known and
    held-out latents are draws for rows of different times: of neighbours in time the nearest latent says nothing.
    """
    far = np.quantile(nearest(held_MK, known_NK), 1.0 - UNCOVERED)
    return np.asarray(nearest(prior_SK, known_NK)[:, 0] > far)
