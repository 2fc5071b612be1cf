from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings
from vaegis.evaluation.detection.alarm_metrics import METRICS
from vaegis.evaluation.detection.injected import alarm_position
from vaegis.evaluation.estimate import NotComputable


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={})


def figure(case, name):
    return METRICS[f"detection/{name}"].compute(case)


def flagging(case, share):
    """The same case with this share of normal rows flagged at random."""
    own = case.once(findings.scores)["model"]
    flagged_N = np.random.default_rng(0).random(len(own.test_N)) < share
    return replace(case, found={findings.scores: {"model": replace(own, flagged_N=flagged_N)}})


def test_false_alarms_are_those_of_normal_rows_and_untouched_windows(case):
    own, normal_N = case.once(findings.scores)["model"], case.bench.normal_N
    assert figure(case, "false_alarm_rate").value == pytest.approx(own.flagged_N[normal_N].mean())
    alarms = [alarm_position(own.flagged_N[window.rows]) >= 0 for window in case.bench.windows]
    assert figure(case, "event_false_alarm_rate").value == pytest.approx(np.mean(alarms))


def test_the_worst_month_is_at_least_the_whole(case):
    assert figure(case, "worst_month_false_alarm_rate").value >= figure(case, "false_alarm_rate").value
    few = replace(case, found={findings.months: case.once(findings.months).assign(rows=5)})
    with pytest.raises(NotComputable, match="no month has 100 normal test rows"):
        figure(few, "worst_month_false_alarm_rate")


def test_alarms_a_month_follow_from_the_rate(case):
    """Rows flagged at random with chance p begin a run of three with about (1 - p) p^3 a row, 720 rows a month."""
    assert figure(flagging(case, 0.3), "alarms_per_month").value == pytest.approx(0.7 * 0.3**3 * 720, rel=0.3)
    assert figure(flagging(case, 0.0), "alarms_per_month").value == 0.0
    assert figure(flagging(case, 0.3), "false_alarm_rate").value == pytest.approx(0.3, abs=0.04)


def test_p_values_of_rows_like_the_calibration_rows_are_uniform(case, models):
    scores_M = models[0].calibration.scores_M
    again = np.random.default_rng(0).choice(scores_M, size=int(case.bench.normal_N.sum()))
    alike = replace(case, found={findings.pvalues: models[0].calibration.pvalue_N(again)})
    assert figure(alike, "pvalue_ks").value < 0.05
    unlike = replace(case, found={findings.pvalues: models[0].calibration.pvalue_N(again + 10.0)})
    assert figure(unlike, "pvalue_ks").value > 0.3


def test_events_have_no_succession(case):
    rows = replace(case.rows, schema=replace(case.rows.schema, cadence_seconds=None))
    with pytest.raises(NotComputable, match="rows are events"):
        figure(replace(case, bench=replace(case.bench, rows=rows), found={}), "alarms_per_month")
