"""The metrics of alarms for nothing: rows, windows and months without a fault, and whether p-values hold."""

from typing import Final

import numpy as np

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings
from vaegis.evaluation.detection.alarms import MIN_ROWS, month_of, rows_a_month
from vaegis.evaluation.detection.conformal import distance_from_uniform
from vaegis.evaluation.detection.injected import ALARM_ROWS, alarm_position
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.gaps import gap_to_uniform
from vaegis.evaluation.halves import spread
from vaegis.evaluation.metric import MetricSpec


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
    value, halves = distance_from_uniform(pvalue_N), case.halves(case.test[case.bench.normal_N])
    return Estimate.of(value, len(pvalue_N), spread(value, gap_to_uniform(pvalue_N, halves), 0.0, 1.0))


METRICS: Final[dict[str, MetricSpec]] = {
    "detection/false_alarm_rate": MetricSpec(
        definition="share of normal test rows flagged at evaluate.false_alarm_rate; threshold from calibration rows",
        unit="share",
        direction="lower",
        reading="should be near the asked rate; well above it, new rows are unlike the calibration rows",
        compute=false_alarm_rate,
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
}
