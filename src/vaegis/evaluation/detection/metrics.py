"""The metrics of detection: injected faults, false alarms, labels; each beside what a model must beat."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.bootstrap import percentiles
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings, label_metrics
from vaegis.evaluation.detection.alarms import MIN_ROWS, month_of, rows_a_month
from vaegis.evaluation.detection.conformal import distance_from_uniform
from vaegis.evaluation.detection.injected import ALARM_ROWS, RATES, alarm_position
from vaegis.evaluation.detection.ranking import PREVALENCE, recall_at
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


def _tpr(position: int) -> Callable[[Case], Estimate]:
    """Return how to find the share of faulty rows found at one of `RATES`; -1: at the asked rate."""

    def compute(case: Case) -> Estimate:
        line, rates = findings.pooled(case), (*RATES, case.config.false_alarm_rate)
        own = findings.sound_scores(case)
        value = recall_at(own.fault_P, own.test_N[case.bench.normal_N], rates[position])
        interval = percentiles(case.once(findings.rankings)[OWN].tpr_RF[:, position])
        return Estimate.of(value, int(line["rows"]), interval)

    return compute


def false_alarm_rate(case: Case) -> Estimate:
    """Return the share of normal rows that are flagged."""
    normal_N, own = findings.normal_rows(case), findings.sound_scores(case)
    flagged = own.flagged_N[normal_N].astype(np.float64)
    return Estimate.of(float(flagged.mean()), len(flagged), case.bootstrap(case.test[normal_N]).mean(flagged))


def event_false_alarm_rate(case: Case) -> Estimate:
    """Return the share of untouched windows that raise an alarm."""
    case.once(findings.events)
    windows, own = case.bench.windows, findings.sound_scores(case)
    alarms = np.array([alarm_position(own.flagged_N[window.rows]) >= 0 for window in windows], dtype=np.float64)
    draws = case.bootstrap(case.test.iloc[[window.rows[0] for window in windows]])
    return Estimate.of(float(alarms.mean()), len(alarms), draws.mean(alarms))


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


def alarms_per_month(case: Case) -> Estimate:
    """Return the false alarms of an entity in 30 days."""
    raised_N, normal_N = case.once(findings.alarm_rows), case.bench.normal_N
    monthly = rows_a_month(case.rows.schema)
    interval = case.bootstrap(case.test[normal_N]).mean(raised_N[normal_N])
    ends = None if interval is None else (interval[0] * monthly, interval[1] * monthly)
    return Estimate.of(float(raised_N[normal_N].mean()) * monthly, int(normal_N.sum()), ends)


def worst_month(case: Case) -> Estimate:
    """Return the share of normal rows flagged in the worst month."""
    normal_N, own = findings.normal_rows(case), findings.sound_scores(case)
    table = case.once(findings.months)
    enough = table[table["rows"] >= MIN_ROWS]
    if enough.empty:
        raise NotComputable(f"no month has {MIN_ROWS} normal test rows")
    worst = enough.loc[enough[OWN].idxmax()]
    inside_N = normal_N & (month_of(case.test[case.rows.schema.time]) == worst["month"])
    flagged = own.flagged_N[inside_N].astype(np.float64)
    return Estimate.of(worst[OWN], int(worst["rows"]), case.bootstrap(case.test[inside_N]).mean(flagged))


def pvalue_ks(case: Case) -> Estimate:
    """Return how far the p-values of normal rows are from uniform."""
    pvalue_N = case.once(findings.pvalues)
    return Estimate.of(distance_from_uniform(pvalue_N), len(pvalue_N))


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
        compute=_tpr(-1),
    ),
    "detection/injected_tpr_at_fpr_1pct": MetricSpec(
        definition="share of faulty rows above the score that 1 % of the normal test rows exceed",
        unit="share",
        direction="higher",
        reading="0.01 is chance, 1 is perfect; what is found when alarms must be rare",
        compute=_tpr(0),
    ),
    "detection/injected_tpr_at_fpr_5pct": MetricSpec(
        definition="share of faulty rows above the score that 5 % of the normal test rows exceed",
        unit="share",
        direction="higher",
        reading="0.05 is chance, 1 is perfect",
        compute=_tpr(1),
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
    "detection/false_alarm_rate": MetricSpec(
        definition="share of normal test rows flagged at evaluate.false_alarm_rate; threshold from calibration rows",
        unit="share",
        direction="lower",
        reading="should be near the asked rate; well above it, new rows are unlike the calibration rows",
        compute=false_alarm_rate,
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
    "detection/event_false_alarm_rate": MetricSpec(
        definition="share of untouched normal windows, as long as an injected event, that raise an alarm",
        unit="share",
        direction="lower",
        reading="0 is perfect; as high as event_recall, alarms mean nothing",
        compute=event_false_alarm_rate,
    ),
    "detection/worst_month_false_alarm_rate": MetricSpec(
        definition=f"share of normal rows flagged in the worst month, of months with {MIN_ROWS} normal rows",
        unit="share",
        direction="lower",
        reading="should be near the asked rate; well above it, the threshold does not hold in that season",
        compute=worst_month,
    ),
    "detection/alarms_per_month": MetricSpec(
        definition=f"false alarms of an entity in 30 days: runs of at least {ALARM_ROWS} flagged normal rows",
        unit="alarms",
        direction="lower",
        reading="what somebody must look into for nothing, for each entity watched",
        compute=alarms_per_month,
    ),
    "detection/pvalue_ks": MetricSpec(
        definition="Kolmogorov-Smirnov distance of the p-values of normal test rows from uniform",
        unit="",
        direction="lower",
        reading="0: p-values mean what they say; above 0.1 test rows are unlike the calibration rows",
        compute=pvalue_ks,
    ),
    **label_metrics.METRICS,
}
