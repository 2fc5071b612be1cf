"""How sure rankings are: figures with blocks of rows drawn again. P positives, N negatives, R replicates."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.detection.ranking import PREVALENCE

BINS: Final = 4_000
"""Thresholds, at most: intervals need no more, and the cost is theirs and not that of rows."""


@dataclass(frozen=True, slots=True)
class Replicates:
    """Figures of one ranking by replicate; NaN where a replicate has no positives or no negatives."""

    auroc_R: np.ndarray
    ap_R: np.ndarray
    """Average precision at the asked prevalence."""
    tpr_RF: np.ndarray
    """Share of positives above the score that a share F of negatives exceeds."""


def resample_ranking(
    positive_P: np.ndarray,
    negative_N: np.ndarray,
    draws: Bootstrap,
    false_alarm_rates: tuple[float, ...] = (),
    prevalence: float | None = PREVALENCE,
) -> Replicates:
    """Rank again with every draw; `draws` speaks of the positives, then the negatives.

    Scores are ranked by at most `BINS` thresholds; those that fall between two of them count as ties.
    """
    scores = np.concatenate([positive_P, negative_N])
    edges = np.unique(scores)
    if len(edges) > BINS:
        edges = edges[np.linspace(0, len(edges) - 1, BINS).round().astype(int)]
    # The highest scores first, so that sums up to a threshold are what lies above it.
    threshold = len(edges) - 1 - np.searchsorted(edges, scores, side="left")
    above = [
        np.cumsum(draws.among(part).counts(threshold[part], len(edges)), axis=1)
        for part in (slice(len(positive_P)), slice(len(positive_P), None))
    ]
    return _figures(above[0], above[1], false_alarm_rates, prevalence)


def _figures(
    hits_RT: np.ndarray, alarms_RT: np.ndarray, rates: tuple[float, ...], prevalence: float | None
) -> Replicates:
    """Return AUROC, AP and the rates of hits from counts at or above each threshold, highest first."""
    positives_R1, negatives_R1 = hits_RT[:, -1:], alarms_RT[:, -1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        share_R1 = positives_R1 / (positives_R1 + negatives_R1) if prevalence is None else prevalence
        hits_RT, alarms_RT = hits_RT / positives_R1, alarms_RT / negatives_R1
        rise_RT = np.diff(hits_RT, axis=1, prepend=0.0)
        fall_RT = np.diff(alarms_RT, axis=1, prepend=0.0)
        auroc_R = (fall_RT * (hits_RT - 0.5 * rise_RT)).sum(axis=1)
        hit_RT, alarm_RT = share_R1 * hits_RT, (1.0 - share_R1) * alarms_RT
        precision_RT = np.where(hits_RT > 0, hit_RT / (hit_RT + alarm_RT), 0.0)
        ap_R = np.where(np.isfinite(auroc_R), (rise_RT * precision_RT).sum(axis=1), np.nan)
    tpr_RF = np.full((len(hits_RT), len(rates)), np.nan)
    for column, rate in enumerate(rates):
        allowed_R = (alarms_RT <= rate).sum(axis=1)
        found_R = np.take_along_axis(hits_RT, np.maximum(allowed_R - 1, 0)[:, None], axis=1)[:, 0]
        tpr_RF[:, column] = np.where(allowed_R > 0, found_R, 0.0)
    tpr_RF[~np.isfinite(auroc_R)] = np.nan
    return Replicates(auroc_R, ap_R, tpr_RF)
