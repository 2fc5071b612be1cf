"""What trees say of test rows, beside what holds; and how sure their score is. N test rows, T of them with a value.

Test rows are drawn again and the trees stay as fitted: an interval tells how sure the score of these trees is.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from sklearn.metrics import r2_score, roc_auc_score

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.detection.resampled import resample_ranking

CHANCE: Final = 0.5
"""AUROC of a level that the trees were never shown."""
_FLAT: Final = 1e-12
"""Share of the mean square below which a variance is rounding."""


class Answers(Protocol):
    """What was said of one column."""

    def score(self) -> float:
        """Return how well it agrees with what holds."""
        ...

    def resample(self, draws: Bootstrap) -> np.ndarray:
        """Return the same with blocks of test rows drawn again, (R,)."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Amounts:
    """Amounts, scored by R2."""

    known_N: np.ndarray
    """Which test rows have a value."""
    truth_T: np.ndarray
    told_T: np.ndarray

    def score(self) -> float:
        """Return R2."""
        return float(r2_score(self.truth_T, self.told_T))

    def resample(self, draws: Bootstrap) -> np.ndarray:
        """Return R2 by replicate; NaN where the values of one do not differ."""
        apart_T, error_T = self.truth_T - self.truth_T.mean(), self.truth_T - self.told_T
        mean_R, square_R, error_R = draws.among(self.known_N).means(np.c_[apart_T, apart_T**2, error_T**2]).T
        variance_R = square_R - mean_R**2
        differ_R = variance_R > _FLAT * square_R
        return np.where(differ_R, 1.0 - error_R / np.where(differ_R, variance_R, 1.0), np.nan)


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """Levels, scored by the AUROC of one against the rest, mean over levels."""

    known_N: np.ndarray
    """Which test rows have a level."""
    truth: dict[str, np.ndarray]
    """By level asked for: whether a row has it, (T,)."""
    told: dict[str, np.ndarray]
    """By level that the trees were shown: its probability, (T,)."""

    def score(self) -> float:
        """Return the mean AUROC."""
        return float(
            np.mean(
                [
                    roc_auc_score(is_T, self.told[one]) if one in self.told else CHANCE
                    for one, is_T in self.truth.items()
                ]
            )
        )

    def resample(self, draws: Bootstrap) -> np.ndarray:
        """Return the mean AUROC by replicate; NaN where one holds no row of a level."""
        known, parts = draws.among(self.known_N), []
        for one, is_T in self.truth.items():
            if one not in self.told:
                parts.append(np.full(len(draws.counts_RB), CHANCE))
                continue
            order = np.argsort(~is_T, kind="stable")  # rows of the level first
            first, last = np.split(self.told[one][order], [is_T.sum()])
            parts.append(resample_ranking(first, last, known.among(order)).auroc_R)
        return np.asarray(np.mean(parts, axis=0))
