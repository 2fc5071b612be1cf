"""How well a score separates marked rows from normal ones. P positives, N negatives, higher score = more anomalous."""

from typing import Final

import numpy as np
from scipy.stats import rankdata

PREVALENCE: Final = 0.05
"""Share of positives that average precision is computed for: the design's own share would be an accident."""


def rankable(positive_P: np.ndarray, negative_N: np.ndarray) -> bool:
    """Whether there are scores on both sides and all of them are numbers."""
    return all(len(scores) > 0 and not np.isnan(scores).any() for scores in (positive_P, negative_N))


def auroc(positive_P: np.ndarray, negative_N: np.ndarray) -> float:
    """Return the chance that a positive scores above a negative, ties counting half; NaN if not rankable."""
    if not rankable(positive_P, negative_N):
        return float("nan")
    ranks = rankdata(np.concatenate([positive_P, negative_N]))[: len(positive_P)]
    wins = ranks.sum() - len(positive_P) * (len(positive_P) + 1) / 2
    return float(wins / (len(positive_P) * len(negative_N)))


def average_precision(positive_P: np.ndarray, negative_N: np.ndarray, prevalence: float | None = PREVALENCE) -> float:
    """Return the mean precision over recall at a given prevalence of positives (None: as they come).

    A score without skill has the prevalence as its average precision.
    """
    if not rankable(positive_P, negative_N):
        return float("nan")
    share = len(positive_P) / (len(positive_P) + len(negative_N)) if prevalence is None else prevalence
    thresholds = np.unique(positive_P)[::-1]
    hits = _at_least(positive_P, thresholds) / len(positive_P)
    alarms = _at_least(negative_N, thresholds) / len(negative_N)
    precision = share * hits / (share * hits + (1.0 - share) * alarms)
    return float((np.diff(hits, prepend=0.0) * precision).sum())


def recall_at(positive_P: np.ndarray, negative_N: np.ndarray, false_alarm_rate: float) -> float:
    """Return the share of positives above the score that `false_alarm_rate` of the negatives exceed."""
    if not rankable(positive_P, negative_N):
        return float("nan")
    return float((positive_P > np.quantile(negative_N, 1.0 - false_alarm_rate, method="higher")).mean())


def _at_least(scores: np.ndarray, thresholds_T: np.ndarray) -> np.ndarray:
    return len(scores) - np.searchsorted(np.sort(scores), thresholds_T, side="left")
