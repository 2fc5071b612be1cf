"""Paired block bootstrap: both models lose and gain the same blocks of rows, so what they share cancels.

Resampling blocks keeps what hangs together together (Künsch 1989): a day of a series with all its entities, or one
row of a table of events. N rows, P rows with faults, G blocks, R resamples; point estimates stand in row 0 of R.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

MOST_BLOCKS: Final = 500
"""More blocks are dealt into so many: of independent rows that is still a bootstrap, at a bounded price."""
FEWEST_BLOCKS: Final = 10
"""Of fewer blocks a bootstrap says nothing of noise."""
PREVALENCE: Final = 0.05
"""Share of faulty rows that average precision is computed for, as in the evaluation."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Which block each row belongs to, and how often each resample holds it."""

    of_N: np.ndarray
    of_P: np.ndarray
    weight_RG: np.ndarray
    """float64; row 0 is all ones."""

    @classmethod
    def deal(cls, key_N: np.ndarray, key_P: np.ndarray, seed: int, resamples: int) -> Self:
        """Make blocks of the distinct keys; a fault's row belongs where the row it was made from does."""
        distinct = np.unique(key_N)
        block_N, block_P = np.searchsorted(distinct, key_N), np.searchsorted(distinct, key_P)
        number = min(len(distinct), MOST_BLOCKS)
        place = np.arange(len(distinct)) % number
        rng = np.random.default_rng(seed)
        weight_RG = rng.multinomial(number, np.full(number, 1.0 / number), size=resamples).astype(np.float64)
        return cls(place[block_N], place[block_P], np.vstack([np.ones(number), weight_RG]))

    @property
    def number(self) -> int:
        """How many blocks there are."""
        return int(self.weight_RG.shape[1])

    def total_R(self, value_N: np.ndarray) -> np.ndarray:
        """Return the sum of a row's values under each resample."""
        return np.asarray(self.weight_RG @ np.bincount(self.of_N, value_N, minlength=self.number))

    def mean_R(self, value_N: np.ndarray) -> np.ndarray:
        """Return the mean of the values that are numbers; NaN where a resample holds none."""
        known_N = np.isfinite(value_N)
        total_R, count_R = self.total_R(np.where(known_N, value_N, 0.0)), self.total_R(known_N.astype(np.float64))
        return np.asarray(np.divide(total_R, count_R, out=np.full(len(total_R), np.nan), where=count_R > 0))

    def r2_R(self, x_N: np.ndarray, error_N: np.ndarray) -> np.ndarray:
        """Return 1 - mean squared error / variance over the rows where both are numbers."""
        both_N = np.isfinite(x_N) & np.isfinite(error_N)
        shift = float(x_N[both_N].mean()) if both_N.any() else 0.0
        x_N, error_N = np.where(both_N, x_N - shift, 0.0), np.where(both_N, error_N, 0.0)
        count_R = np.maximum(self.total_R(both_N.astype(np.float64)), 1e-12)
        spread_R = self.total_R(x_N**2) - self.total_R(x_N) ** 2 / count_R
        missed_R = self.total_R(error_N**2)
        unknown_R = np.full(len(missed_R), np.nan)
        return np.asarray(1.0 - np.divide(missed_R, spread_R, out=unknown_R, where=spread_R > 1e-12))


def ranking_R(
    blocks: Blocks, positive_P: np.ndarray, block_P: np.ndarray, negative_N: np.ndarray, block_N: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return AUROC (ties count half) and average precision at `PREVALENCE`, under each resample.

    Rows are sorted once; a resample only weighs them.
    """
    levels, place = np.unique(np.concatenate([positive_P, negative_N]), return_inverse=True)
    place_P, place_N = place[: len(positive_P)], place[len(positive_P) :]
    auroc_R, ap_R = (np.full(len(blocks.weight_RG), np.nan) for _ in range(2))
    for r, weight_G in enumerate(blocks.weight_RG):
        hits_L = np.bincount(place_P, weight_G[block_P], minlength=len(levels))
        alarms_L = np.bincount(place_N, weight_G[block_N], minlength=len(levels))
        if hits_L.sum() <= 0 or alarms_L.sum() <= 0:
            continue
        hits_L, alarms_L = hits_L / hits_L.sum(), alarms_L / alarms_L.sum()
        auroc_R[r] = float((hits_L * (np.cumsum(alarms_L) - 0.5 * alarms_L)).sum())
        found_L, false_L = np.cumsum(hits_L[::-1]), np.cumsum(alarms_L[::-1])
        flagged_L = PREVALENCE * found_L + (1.0 - PREVALENCE) * false_L
        precision_L = PREVALENCE * found_L / np.where(flagged_L > 0, flagged_L, 1.0)
        ap_R[r] = float((hits_L[::-1] * precision_L).sum())
    return auroc_R, ap_R


def interval(difference_R: np.ndarray) -> tuple[float, float]:
    """Return the central 95 % of the resampled differences (percentile bootstrap); NaN of too few numbers."""
    known_R = difference_R[1:][np.isfinite(difference_R[1:])]
    if len(known_R) < max(1.0, 0.9 * (len(difference_R) - 1)):
        return float("nan"), float("nan")
    low, high = np.quantile(known_R, [0.025, 0.975])
    return float(low), float(high)
