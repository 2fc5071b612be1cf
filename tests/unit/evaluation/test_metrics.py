"""Every line of METRICS, on an ordinary bench and where there is nothing to measure: a number or a reason."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.bench import build_bench
from vaegis.evaluation.case import Case
from vaegis.evaluation.derivation import load_derivation
from vaegis.evaluation.detection.injected import Scores
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.evidence import gather
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.metrics import METRICS, measure

PLAIN = [name for name in METRICS if "{" not in name]


def all_missing(test, schema):
    features = {column.name: np.nan for column in schema.features if column.dtype == "float64"}
    return test.assign(**features, mode=pd.Series(None, index=test.index, dtype=test["mode"].dtype))


TEST_ROWS = {
    "ordinary": lambda test, schema: test,
    "one_row": lambda test, schema: test[(test["stopped"] == 0) & (test["outage"] == 0)].head(1),
    "five_days": lambda test, schema: test[test["at"] < test["at"].min().floor("D") + pd.Timedelta(days=5)],
    "constant_column": lambda test, schema: test.assign(heat_c=20.0, mode="slow"),
    "no_anomalies": lambda test, schema: test.assign(stopped=0.0, outage=0.0),
    "all_anomalies": lambda test, schema: test.assign(stopped=1.0, outage=1.0),
    "all_missing": all_missing,
}


@pytest.fixture(scope="module")
def cases(models, bench, world, project):
    """A case of the model for each kind of test rows, made when asked for, and one whose scores are no numbers."""
    derive = load_derivation(world.SCHEMA, project / "feature_repo")

    @cache
    def make(where):
        if where == "nan_scores":
            blind = {name: lost(scores) for name, scores in bench.baselines.items()}
            return Case(model=replace(models[0], network=deaf(models[0].network)), bench=bench, rivals=blind)
        test = TEST_ROWS[where](bench.rows.test, world.SCHEMA).reset_index(drop=True)
        rows = replace(bench.rows, test=test)
        made = build_bench(rows, bench.references, bench.rules, derive, bench.config)
        return Case(model=models[0], bench=made, rivals=made.baselines)

    return make


@pytest.fixture(scope="module")
def evidence_of(cases, beside_its_twin):
    return cache(lambda where: beside_its_twin if where == "ordinary" else gather(cases(where)))


@pytest.fixture(scope="module", params=[*TEST_ROWS, "nan_scores"])
def judged(request, evidence_of):
    """Evidence of the model where something is missing."""
    return request.param, evidence_of(request.param)


def test_a_number_without_an_interval_says_why(judged):
    where, evidence = judged
    records = evidence.records()
    for name, measured in evidence.measured.items():
        record = records[name]
        bare = record["value"] is not None and record["low"] is None
        assert bool(record["no_interval"]) == bare, name
        if record["low"] is not None:
            assert measured.spec.no_interval == "", f"{name} has an interval and says that it has none"
        if bare and where == "ordinary":
            assert measured.spec.no_interval, f"{name} has no interval on ordinary rows"


HALVED = (
    *("calibration/pit_ks", "calibration/worst_pit_ks", "detection/pvalue_ks"),
    *("latent/active_units", "latent/active_share", "latent/sliced_w2", "latent/sliced_w2_ratio"),
    *("latent/total_correlation_gaussian", "latent/trustworthiness", "latent/continuity"),
    *("synthetic/mean_shape", "synthetic/real_shape", "synthetic/pair_trend_all", "synthetic/pair_trend_anchored"),
)
FITTED = ("synthetic/utility", "synthetic/real_utility", "synthetic/utility_ratio")


@pytest.mark.parametrize("name", [*HALVED, *FITTED])
def test_figures_that_rows_drawn_twice_would_bias_have_an_interval_where_days_are_enough(evidence_of, name):
    ordinary = evidence_of("ordinary").records()[name]
    assert ordinary["low"] <= ordinary["value"] <= ordinary["high"]


@pytest.mark.parametrize("name", HALVED)
def test_five_days_cannot_be_halved(evidence_of, name):
    few = evidence_of("five_days").records()[name]
    assert few["value"] is not None
    if name not in ("synthetic/pair_trend_all", "synthetic/pair_trend_anchored"):  # beside training rows, of many days
        assert (few["low"], few["no_interval"]) == (None, "there are too few blocks of rows to draw again")


def lost(scores):
    return Scores(
        test_N=np.full_like(scores.test_N, np.nan),
        fault_P=scores.fault_P,
        flagged_N=scores.flagged_N,
        flagged_P=scores.flagged_P,
    )


def deaf(network):
    """Copy a network whose decoder answers nothing but NaN."""
    from copy import deepcopy

    import torch

    broken = deepcopy(network)
    with torch.no_grad():
        broken.decoder[-1].weight.fill_(float("nan"))
    return broken


@pytest.mark.parametrize("name", PLAIN)
def test_every_metric_is_a_number_or_says_why_not(judged, name):
    where, evidence = judged
    estimate = evidence.measured[name].estimate
    if estimate.value is None:
        assert len(estimate.reason) > 10
        assert where != "ordinary" or METRICS[name].tier == "full"
    else:
        assert math.isfinite(estimate.value)
        assert estimate.rows > 0
    if estimate.low is not None:
        assert estimate.low <= estimate.high


def test_families_are_named_after_what_is_there(judged):
    _, evidence = judged
    names = set(evidence.measured)
    assert {"detection/knn_auroc", "labels/stopped_auroc", "labels/outage_pca_auroc"} <= names
    assert not [name for name in names if "{" in name]
    assert (
        evidence.measured["labels/stopped_ap"].definition
        == "average precision of the score for stopped, at its own prevalence"
    )


@pytest.mark.parametrize(
    ("where", "name", "reason"),
    [
        ("no_anomalies", "labels/stopped_auroc", "the label marks none of the"),
        ("no_anomalies", "labels/mean_auroc", "no label marks some test rows but not all"),
        ("all_anomalies", "labels/stopped_auroc", "the label marks every of the"),
        ("all_anomalies", "detection/false_alarm_rate", "none is left as normal"),
        ("all_anomalies", "detection/injected_auroc", "no fault could be put"),
        ("nan_scores", "detection/injected_auroc", "scores are not numbers"),
        ("nan_scores", "detection/knn_auroc", "scores are not numbers"),
        ("nan_scores", "labels/stopped_auroc", "scores are not numbers"),
        ("one_row", "reconstruction/mean_r2", "no numeric column varies"),
        ("one_row", "detection/event_recall", "there is no full normal window"),
        ("all_missing", "reconstruction/mean_coverage", "there is no numeric column with values"),
    ],
)
def test_the_reason_is_the_true_one(evidence_of, where, name, reason):
    estimate = evidence_of(where).measured[name].estimate
    assert estimate.value is None
    assert reason in estimate.reason


def test_what_belongs_to_the_full_tier_says_so_in_the_fast_one(models, bench):
    spec = MetricSpec(
        definition="a", unit="", direction="lower", reading="b", compute=lambda case: Estimate(1.0), tier="full"
    )
    case = Case(model=models[0], bench=bench, rivals={}, tier="fast")
    assert measure(case, {"a/b": spec})["a/b"].estimate.reason == "it is measured with evaluate.tier: full only"
    assert measure(replace(case, tier="full"), {"a/b": spec})["a/b"].estimate.value == 1.0


def test_a_reason_reaches_the_reader(models, bench):
    def refuse(_):
        raise NotComputable("the moon is full")

    spec = MetricSpec(definition="of {thing}", unit="", direction="lower", reading="b", compute=refuse)
    case = Case(model=models[0], bench=bench, rivals={})
    assert measure(case, {"a/b": replace(spec, definition="c")})["a/b"].record()["reason"] == "the moon is full"
    assert measure(case, {"a/{thing}": spec}) == {}


@pytest.mark.parametrize("name", METRICS)
def test_names_are_topic_and_metric(name):
    topic, _, metric = name.partition("/")
    assert topic.isidentifier()
    assert "/" not in metric
    assert not METRICS[name].definition.endswith(".")
