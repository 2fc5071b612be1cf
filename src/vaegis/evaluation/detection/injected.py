"""How well scores find injected faults: by kind and size, by row and by event, at a threshold set without labels."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bounds import binomial_interval
from vaegis.evaluation.detection.faults import Injected
from vaegis.evaluation.detection.ranking import auroc, average_precision, recall_at

ALARM_ROWS: Final = 3
"""Flagged rows in succession that make an alarm: one row alone is chance."""
POOLED: Final = "all"
RATES: Final = (0.01, 0.05)
"""False alarm rates at which the share of found rows is told, whatever rate is asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """One scorer's output on the N test rows and the P altered rows, and its flags at the operating point."""

    test_N: np.ndarray
    fault_P: np.ndarray
    flagged_N: np.ndarray
    flagged_P: np.ndarray


def flag_above(calibration_M: np.ndarray, false_alarm_rate: float, scores_N: np.ndarray) -> np.ndarray:
    """Flag scores whose conformal p-value among calibration scores is at most `false_alarm_rate`.

    p = (1 + #{calibration >= score}) / (M + 1) (Vovk et al. 2005, eq. 2.20), as the model's own p-value.
    """
    above = len(calibration_M) - np.searchsorted(np.sort(calibration_M), scores_N, side="left")
    return np.asarray((1 + above) / (len(calibration_M) + 1) <= false_alarm_rate)


def detection_table(
    scores: dict[str, Scores],
    injected: Injected,
    normal_N: np.ndarray,
    false_alarm_rate: float,
    hours: float | None,
) -> pd.DataFrame:
    """Return one row for each scorer, kind and size, and pooled over the fixed mix of all (kind `all`).

    `hours` is how long a fault lasts; None: faults in single rows, which have no `event_...` figures. `recall`,
    `event_recall` and `event_delay_hours` hold at the false alarm rate that the scorer's own threshold realises
    (`false_alarm_rate`); `recall_at_rate` compares scorers at one and the same rate on the test rows.
    """
    events = injected.events
    cells = [(POOLED, float("nan"), np.ones(len(events), dtype=bool))]
    for (kind, size), group in events.groupby(["kind", "size"], dropna=False, sort=True):
        cells.append((str(kind), float(size), events.index.isin(group.index)))
    records = []
    for name, score in scores.items():
        negative = score.test_N[normal_N]
        delay_E = None if hours is None else event_alarms(score.flagged_P, injected, hours)
        for kind, size, inside_E in cells:
            rows_P = inside_E[injected.event_N]
            positive = score.fault_P[rows_P]
            records.append(
                {
                    "scorer": name,
                    "kind": kind,
                    "size": size,
                    "events": int(inside_E.sum()),
                    "rows": int(rows_P.sum()),
                    "auroc": auroc(positive, negative),
                    "ap": average_precision(positive, negative),
                    "recall_at_rate": recall_at(positive, negative, false_alarm_rate),
                    **{
                        f"tpr_at_fpr_{rate:.0%}".replace("%", "pct"): recall_at(positive, negative, rate)
                        for rate in RATES
                    },
                    "false_alarm_rate": _share(score.flagged_N[normal_N]),
                    "recall": _share(score.flagged_P[rows_P]),
                    **({} if delay_E is None else _events(delay_E[inside_E])),
                }
            )
    return pd.DataFrame(records)


def column_detection(score: Scores, injected: Injected, normal_N: np.ndarray) -> pd.DataFrame:
    """Return one row a column that faults were put in: rows and auroc, best found first."""
    negative, sensors_P = score.test_N[normal_N], injected.events["sensor"].to_numpy()[injected.event_N]
    records = [
        {"column": name, "rows": int(mine.sum()), "auroc": auroc(score.fault_P[mine], negative)}
        for name in sorted(set(sensors_P))
        for mine in [sensors_P == name]
    ]
    table = pd.DataFrame(records, columns=["column", "rows", "auroc"])
    return table.sort_values("auroc", ascending=False, kind="stable", ignore_index=True)


def alarm_position(flagged_N: np.ndarray) -> int:
    """Return the position of the row that completes the first alarm, or -1."""
    if len(flagged_N) < ALARM_ROWS:
        return -1
    runs = np.convolve(flagged_N.astype(int), np.ones(ALARM_ROWS, dtype=int), mode="valid")
    hits = np.flatnonzero(runs == ALARM_ROWS)
    return int(hits[0]) + ALARM_ROWS - 1 if len(hits) else -1


def _share(mask_N: np.ndarray) -> float:
    return float(mask_N.mean()) if len(mask_N) else float("nan")


def event_alarms(flagged_P: np.ndarray, injected: Injected, hours: float) -> np.ndarray:
    """Return by event the hours from its start to its alarm; NaN where it raises none."""
    starts = np.searchsorted(injected.event_N, np.arange(len(injected.events) + 1))
    delays = np.full(len(injected.events), np.nan)
    for event in range(len(injected.events)):
        flagged = flagged_P[starts[event] : starts[event + 1]]
        position = alarm_position(flagged)
        if position >= 0:
            delays[event] = (position + 1) / len(flagged) * hours
    return delays


def _events(delay_E: np.ndarray) -> dict[str, float]:
    """Return the share of events that raise an alarm with its binomial interval, and the mean hours until they do."""
    found = np.isfinite(delay_E)
    low, high = binomial_interval(np.array([found.sum()]), np.array([len(found)]))
    ends = {"event_recall_low": float(low[0]), "event_recall_high": float(high[0])} if len(found) else {}
    delay = float(delay_E[found].mean()) if found.any() else float("nan")
    return {"event_recall": _share(found), **ends, "event_delay_hours": delay}
