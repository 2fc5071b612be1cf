"""What the latents tell of the rows, and of each other. N rows, K latents, M of the rows; nats.

log q(z) of a draw from the posterior of row i is estimated by the mean density over the posteriors of all N rows, that
of i among them. Of information beyond ln N it knows nothing: every draw then falls under its own posterior only, and
the estimate is ln N whatever the truth. Where information stays 2 nats below, the error is under log(1 + e^-2) = 0.13.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.latent.aggregate import aggregate_moments, draw_aggregate, moment_replicates

ROOM: Final = 2.0
"""Nats that must lie between the rate, or an estimate, and ln N."""
_CELLS: Final = 4_000_000
"""Densities held at a time."""


@dataclass(frozen=True, slots=True)
class Information:
    """Estimates by row: their means are the estimates, their spread the error."""

    mutual_N: np.ndarray
    """log q(z|x) - log q(z): the mean is I(x; z)."""
    correlation_N: np.ndarray
    """log q(z) - sum of log q(z_k): the mean is the total correlation."""


def ceiling(num_rows: int) -> float:
    """Return the largest information that so many rows can show, nats."""
    return math.log(num_rows) - ROOM


def estimate_information(mean_NK: np.ndarray, std_NK: np.ndarray, seed: int) -> Information:
    """Return mutual information and total correlation by row (Chen et al. 2018, eq. 2), every row among the others."""
    z_NK = draw_aggregate(mean_NK, std_NK, seed)
    own_N = _log_normal(z_NK, mean_NK, std_NK).sum(axis=1)
    joint_N, alone_N = np.empty(len(z_NK)), np.zeros(len(z_NK))
    rows = max(1, _CELLS // len(z_NK))
    for start in range(0, len(z_NK), rows):
        part = slice(start, start + rows)
        log_MN = np.zeros((len(z_NK[part]), len(z_NK)))
        for k in range(z_NK.shape[1]):
            log_k_MN = _log_normal(z_NK[part, k, None], mean_NK[None, :, k], std_NK[None, :, k])
            alone_N[part] += _log_mean(log_k_MN)
            log_MN += log_k_MN
        joint_N[part] = _log_mean(log_MN)
    return Information(own_N - joint_N, joint_N - alone_N)


def gaussian_correlation(mean_NK: np.ndarray, std_NK: np.ndarray) -> float:
    """Return the total correlation of a Gaussian with the moments of the aggregate posterior, nats; it never saturates.

    0 where latents are uncorrelated, however else they depend on each other. NaN where a direction has no spread.
    """
    return _correlation(aggregate_moments(mean_NK, std_NK)[1])


def gaussian_correlation_replicates(mean_NK: np.ndarray, std_NK: np.ndarray, draws: Bootstrap) -> np.ndarray:
    """Return the same with blocks of rows drawn again, (R,)."""
    return np.array([_correlation(s_KK) for _, s_KK in moment_replicates(mean_NK, std_NK, draws)])


def _correlation(s_KK: np.ndarray) -> float:
    sign, log_det = np.linalg.slogdet(s_KK)
    if sign <= 0 or not np.isfinite(log_det):
        return float("nan")
    return max(0.0, float(0.5 * (np.log(np.diag(s_KK)).sum() - log_det)))


def _log_normal(z: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    return np.asarray(-0.5 * (((z - mean) / std) ** 2 + math.log(2 * math.pi)) - np.log(std))


def _log_mean(log_MN: np.ndarray) -> np.ndarray:
    """Return the log of the mean of exponentials by row, (M,)."""
    top_M = log_MN.max(axis=1)
    return np.asarray(top_M + np.log(np.exp(log_MN - top_M[:, None]).mean(axis=1)))
