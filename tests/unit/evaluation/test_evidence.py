from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.evidence import gather
from vaegis.evaluation.references import Reference

TOPICS = {"reconstruction", "calibration", "latent", "synthetic", "privacy", "detection", "labels", "usefulness"}
OF_GENERATED_ROWS = {"pair_trends", "rules", "utility", "augmentation", "privacy_distances", "privacy_secrets"}


@pytest.fixture(scope="module")
def both(models, bench):
    """Evidence of the model and of its twin, beside the baselines and a curve on a column that is no feature."""
    share = Reference(name="share_curve", x="load_kw", y="share", bin_width=10.0)
    wider = replace(bench, references=[*bench.references, share])
    return [gather(Case(model=model, bench=wider, rivals=wider.baselines)) for model in models]


def test_both_models_are_judged_by_the_same_names(both):
    vae, twin = ({topic: set(figures) for topic, figures in evidence.metrics.items()} for evidence in both)
    assert vae == twin
    assert set(vae) == TOPICS
    assert set(both[0].tables) - set(both[1].tables) == OF_GENERATED_ROWS
    assert set(both[1].tables) <= set(both[0].tables)


def test_what_a_twin_cannot_do_is_nothing_not_zero(both):
    vae, twin = (evidence.metrics for evidence in both)
    for topic, name in (("synthetic", "mean_shape"), ("synthetic", "curve_error"), ("reconstruction", "nll")):
        assert np.isfinite(vae[topic][name])
        assert twin[topic][name] is None
        assert "deterministic autoencoder" in both[1].measured[f"{topic}/{name}"].estimate.reason


def test_the_threshold_is_the_lowest_flagged_score(both, models, bench):
    scores = models[0].score(bench.rows.test)
    flagged = models[0].pvalue(bench.rows.test) <= bench.config.false_alarm_rate
    assert scores[flagged].min() >= both[0].threshold > scores[~flagged].max()


def test_false_alarms_are_those_of_normal_rows(both, models, bench):
    flagged = (models[0].pvalue(bench.rows.test) <= bench.config.false_alarm_rate).to_numpy()
    rate = both[0].metrics["detection"]["false_alarm_rate"]
    assert rate == pytest.approx(flagged[bench.normal_N].mean())
    months = both[0].tables["false_alarms_by_month"]
    assert np.average(months["model"], weights=months["rows"]) == pytest.approx(rate)
    assert months["rows"].sum() == bench.normal_N.sum()


def test_every_scorer_stands_beside_the_rate_it_realises(both):
    table = both[0].tables["detection"]
    assert table.groupby("scorer")["false_alarm_rate"].nunique().eq(1).all()
    assert table.loc[table["scorer"] == "model", "false_alarm_rate"].iloc[0] == pytest.approx(
        both[0].metrics["detection"]["false_alarm_rate"]
    )


def test_curves_of_features_have_all_rows_and_others_real_ones_only(both):
    vae, twin = (evidence.curves for evidence in both)
    assert {"real", "reconstructed", "generated"} <= set(vae["heat_curve"].columns)
    assert "generated" not in twin["heat_curve"].columns
    assert list(vae["share_curve"].columns) == ["x", "rows", "real", "spread"]


def test_columns_gather_errors_calibration_and_shape(both):
    columns = both[0].tables["columns"].set_index("column")
    assert {"rmse", "coverage", "pit_ks", "shape"} <= set(columns.columns)
    assert np.isnan(columns.loc["mode", "pit_ks"])
    assert np.isfinite(columns.loc["mode", ["accuracy", "shape"]].to_numpy(dtype=float)).all()
    assert both[0].metrics["synthetic"]["mean_shape"] == pytest.approx(columns["shape"].mean())
    assert both[1].tables["columns"]["shape"].isna().all()
