"""How sure rankings are: figures with blocks of rows drawn again. P positives, N negatives, R replicates."""

from dataclasses import dataclass

import numpy as np

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.detection.ranking import PREVALENCE


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
    """Rank again with every draw; `draws` speaks of the positives, then the negatives."""
    scores = np.concatenate([positive_P, negative_N])
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))  # ties fall together
    is_positive = (order < len(positive_P)).astype(np.float64)
    figures = []
    for weights in draws.weights(order):
        hits, alarms = np.cumsum(weights * is_positive)[ends], np.cumsum(weights * (1.0 - is_positive))[ends]
        figures.append(_figures(hits, alarms, false_alarm_rates, prevalence))
    table = np.array(figures).reshape(len(figures), 2 + len(false_alarm_rates))
    return Replicates(table[:, 0], table[:, 1], table[:, 2:])


def _figures(
    hits_T: np.ndarray, alarms_T: np.ndarray, rates: tuple[float, ...], prevalence: float | None
) -> list[float]:
    """Return AUROC, AP and the rates of hits from counts at or above each threshold, highest first."""
    if not (len(hits_T) and hits_T[-1] and alarms_T[-1]):
        return [float("nan")] * (2 + len(rates))
    share = hits_T[-1] / (hits_T[-1] + alarms_T[-1]) if prevalence is None else prevalence
    hits_T, alarms_T = hits_T / hits_T[-1], alarms_T / alarms_T[-1]
    auroc = float(np.trapezoid(np.append(0.0, hits_T), np.append(0.0, alarms_T)))
    rise_T = np.diff(hits_T, prepend=0.0)
    found_T = rise_T > 0
    hit, alarm = share * hits_T[found_T], (1.0 - share) * alarms_T[found_T]
    ap = float((rise_T[found_T] * hit / (hit + alarm)).sum())
    at = np.searchsorted(alarms_T, rates, side="right") - 1
    return [auroc, ap, *(hits_T[position] if position >= 0 else 0.0 for position in at)]
