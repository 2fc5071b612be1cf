from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings
from vaegis.evaluation.detection.injected import POOLED, Scores
from vaegis.evaluation.detection.metrics import METRICS
from vaegis.evaluation.estimate import NotComputable


def blind(bench):
    """A scorer that knows nothing."""
    rng = np.random.default_rng(0)
    test_N, fault_P = rng.normal(size=len(bench.rows.test)), rng.normal(size=len(bench.injected.frame))
    return Scores(test_N=test_N, fault_P=fault_P, flagged_N=test_N > 2, flagged_P=fault_P > 2)


def perfect(bench):
    """A scorer that finds every fault."""
    test_N, fault_P = np.zeros(len(bench.rows.test)), np.ones(len(bench.injected.frame))
    return Scores(test_N=test_N, fault_P=fault_P, flagged_N=test_N > 0.5, flagged_P=fault_P > 0.5)


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={**bench.baselines, "blind": blind(bench)})


def figure(case, name):
    return METRICS[f"detection/{name}"].compute(case)


def test_the_headline_is_the_line_of_all_faults(case):
    table = case.once(findings.detection)
    own = table[(table["scorer"] == "model") & (table["kind"] == POOLED)].iloc[0]
    for name, column in (("injected_auroc", "auroc"), ("injected_ap", "ap"), ("event_recall", "event_recall")):
        assert figure(case, name).value == pytest.approx(own[column])
    assert figure(case, "injected_auroc").rows == len(case.bench.injected.frame)


def test_intervals_hold_their_numbers_and_chance_where_there_is_no_skill(case):
    for name in ("injected_auroc", "injected_ap", "injected_tpr_at_fpr_1pct", "injected_tpr_at_fpr_5pct"):
        estimate = figure(case, name)
        assert estimate.low <= estimate.value <= estimate.high
    without = figure(case, "{scorer}_auroc")[("blind",)]
    assert without.low < 0.5 < without.high


def test_the_lead_is_over_the_best_rival_and_paired(case):
    lead, own, best = (figure(case, name) for name in ("auroc_lead", "injected_auroc", "best_baseline_auroc"))
    assert lead.value == pytest.approx(own.value - best.value)
    same = replace(case, rivals={"copy": case.once(findings.scores)["model"]}, found={})
    assert (figure(same, "auroc_lead").low, figure(same, "auroc_lead").high) == (0.0, 0.0)
    behind = figure(replace(case, rivals={"perfect": perfect(case.bench)}, found={}), "auroc_lead")
    assert behind.value == pytest.approx(own.value - 1.0)
    assert behind.high < 0


def test_without_rivals_there_is_no_best_one(case):
    with pytest.raises(NotComputable, match="no baseline on the same rows"):
        figure(replace(case, rivals={}, found={}), "best_baseline_auroc")


def test_events_that_nobody_finds_have_no_delay(case):
    found = case.once(findings.scores)
    silent = replace(found["model"], flagged_P=np.zeros_like(found["model"].flagged_P))
    mute = replace(case, found={findings.scores: {**found, "model": silent}})
    assert figure(mute, "event_recall").value == 0.0
    assert figure(mute, "event_delay_hours").reason == "no event raised an alarm"
