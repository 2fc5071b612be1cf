"""The metrics of detection: injected faults, false alarms, labels; each beside what a model must beat."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.bootstrap import percentiles
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import alarm_metrics, findings, label_metrics
from vaegis.evaluation.detection.injected import ALARM_ROWS
from vaegis.evaluation.detection.ranking import PREVALENCE
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.metric import Family, MetricSpec

_AUROC: Final = "chance that a row with an injected fault scores above a normal row, ties half"
_AP: Final = f"average precision at {PREVALENCE:.0%} faulty rows"
_AUROC_READING: Final = (
    "0.5 is chance, above 0.8 is good, 1 finds every fault; nobody knows how like these real faults are"
)
_AP_READING: Final = f"{PREVALENCE:g} is chance, 1 is perfect"


def _injected(figure: str) -> Callable[[Case], Estimate]:
    return lambda case: _ranked(case, OWN, figure)


def _rivals(figure: str) -> Callable[[Case], Family]:
    return lambda case: {(name,): _soft(case, name, figure) for name in case.rivals}


def _ranked(case: Case, scorer: str, figure: str) -> Estimate:
    line = findings.pooled(case, scorer)
    replicates = getattr(case.once(findings.rankings)[scorer], f"{figure}_R")
    return Estimate.of(line[figure], int(line["rows"]), percentiles(replicates))


def _soft(case: Case, scorer: str, figure: str) -> Estimate:
    try:
        return _ranked(case, scorer, figure)
    except NotComputable as why:
        return Estimate.absent(str(why))


def best_baseline(figure: str) -> Callable[[Case], Estimate]:
    """Return how to find the best rival's figure."""
    return lambda case: _ranked(case, _best(case, figure), figure)


def lead(case: Case) -> Estimate:
    """Return the model's AUROC minus that of the best rival; the interval is of the paired difference."""
    best = _best(case, "auroc")
    own, other = findings.pooled(case), findings.pooled(case, best)
    paired = case.once(findings.rankings)
    interval = percentiles(paired[OWN].auroc_R - paired[best].auroc_R)
    return Estimate.of(own["auroc"] - other["auroc"], int(own["rows"]), interval)


def _best(case: Case, figure: str) -> str:
    found = {name: estimate.value for (name,), estimate in _rivals(figure)(case).items() if estimate.value is not None}
    if not found:
        raise NotComputable("there is no baseline on the same rows to compare with")
    return max(found, key=lambda name: found[name])


def _tpr(figure: str, position: int) -> Callable[[Case], Estimate]:
    """Return how to find the share of faulty rows found at one of `RATES`; -1: at the asked rate."""

    def compute(case: Case) -> Estimate:
        line = findings.pooled(case)
        interval = percentiles(case.once(findings.rankings)[OWN].tpr_RF[:, position])
        return Estimate.of(line[figure], int(line["rows"]), interval)

    return compute


def _events(turn: Callable[[np.ndarray], np.ndarray]) -> Callable[[Case], Estimate]:
    """Return how to find a mean over injected events of what is made of their delays."""

    def compute(case: Case) -> Estimate:
        delay_E = case.once(findings.events)
        findings.pooled(case)
        values_E, starts = turn(delay_E), case.bench.injected.events["start"]
        draws = case.bootstrap(pd.DataFrame({case.rows.schema.time: starts}))
        known = int(np.isfinite(values_E).sum())
        value = float(np.nanmean(values_E)) if known else float("nan")
        return Estimate.of(value, known, draws.mean(values_E), otherwise="no event raised an alarm")

    return compute


METRICS: Final[dict[str, MetricSpec]] = {
    "detection/injected_auroc": MetricSpec(
        definition=_AUROC, unit="", direction="higher", reading=_AUROC_READING, compute=_injected("auroc")
    ),
    "detection/injected_ap": MetricSpec(
        definition=_AP, unit="", direction="higher", reading=_AP_READING, compute=_injected("ap")
    ),
    "detection/injected_recall_at_rate": MetricSpec(
        definition="share of faulty rows above the score that evaluate.false_alarm_rate of the normal test rows exceed",
        unit="share",
        direction="higher",
        reading="the asked rate is chance, 1 is perfect; the threshold is taken from the test rows themselves",
        compute=_tpr("recall_at_rate", -1),
    ),
    "detection/injected_tpr_at_fpr_1pct": MetricSpec(
        definition="share of faulty rows above the score that 1 % of the normal test rows exceed",
        unit="share",
        direction="higher",
        reading="0.01 is chance, 1 is perfect; what is found when alarms must be rare",
        compute=_tpr("tpr_at_fpr_1pct", 0),
    ),
    "detection/injected_tpr_at_fpr_5pct": MetricSpec(
        definition="share of faulty rows above the score that 5 % of the normal test rows exceed",
        unit="share",
        direction="higher",
        reading="0.05 is chance, 1 is perfect",
        compute=_tpr("tpr_at_fpr_5pct", 1),
    ),
    "detection/best_baseline_auroc": MetricSpec(
        definition="AUROC on the same injected faults of the best other scorer",
        unit="",
        direction="neutral",
        reading="the model should be above it",
        compute=best_baseline("auroc"),
    ),
    "detection/best_baseline_ap": MetricSpec(
        definition="average precision on the same injected faults of the best other scorer",
        unit="",
        direction="neutral",
        reading="the model should be above it",
        compute=best_baseline("ap"),
    ),
    "detection/auroc_lead": MetricSpec(
        definition="AUROC of the model on injected faults minus that of the best other scorer on the same rows, paired",
        unit="",
        direction="higher",
        reading="above 0 with the whole interval: the model earns its cost; below: use the baseline for detection",
        compute=lead,
    ),
    "detection/{scorer}_auroc": MetricSpec(
        definition="AUROC of {scorer} on the same injected faults",
        unit="",
        direction="neutral",
        reading="the model should be above it",
        compute=_rivals("auroc"),
    ),
    "detection/{scorer}_ap": MetricSpec(
        definition=f"average precision of {{scorer}} on the same injected faults, at {PREVALENCE:.0%} faulty rows",
        unit="",
        direction="neutral",
        reading="the model should be above it",
        compute=_rivals("ap"),
    ),
    "detection/event_recall": MetricSpec(
        definition=f"share of injected events in which {ALARM_ROWS} successive rows are flagged",
        unit="share",
        direction="higher",
        reading="1 is perfect; to be read beside event_false_alarm_rate",
        compute=_events(lambda delay_E: np.isfinite(delay_E).astype(np.float64)),
    ),
    "detection/event_delay_hours": MetricSpec(
        definition="mean time from the start of an injected event to its alarm, of events that raise one",
        unit="hours",
        direction="lower",
        reading="0 is at once; to be read beside event_recall, since events never found have no delay",
        compute=_events(lambda delay_E: delay_E),
    ),
    **alarm_metrics.METRICS,
    **label_metrics.METRICS,
}
