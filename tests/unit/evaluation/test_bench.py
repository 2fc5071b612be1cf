from dataclasses import replace

import numpy as np
import pytest

from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.bench import build_bench, score_detector, score_model


class First:
    """Score rows by one column."""

    def score(self, frame):
        return frame["heat_c"].to_numpy()


def test_the_bench_holds_one_score_a_row_for_every_baseline(bench):
    assert set(bench.baselines) == {"pca", "isolation_forest", "knn", "reference_rule"}
    for scores in bench.baselines.values():
        assert len(scores.test_N) == len(scores.flagged_N) == len(bench.rows.test)
        assert len(scores.fault_P) == len(scores.flagged_P) == len(bench.injected.frame)


def test_normal_rows_are_those_of_the_test(bench):
    assert np.array_equal(bench.normal_N, bench.rows.normal)
    assert 0 < bench.normal_N.sum() < len(bench.normal_N)


def test_a_baselines_threshold_is_from_calibration_rows_alone(rows):
    scores = score_detector(First(), rows, rows.test.head(10), 0.05)
    calibration = np.sort(rows.calibration["heat_c"].to_numpy())
    allowed = int(0.05 * (len(calibration) + 1)) - 1
    assert np.array_equal(scores.flagged_N, rows.test["heat_c"].to_numpy() > calibration[-1 - allowed])
    hotter = score_detector(First(), rows, rows.test.assign(heat_c=1e6), 0.05)
    assert np.array_equal(hotter.flagged_N, scores.flagged_N), "test rows do not move it"
    assert hotter.flagged_P.all()


def test_a_model_flags_what_its_own_pvalue_flags(models, bench):
    for model in models:
        scores = score_model(model, bench)
        assert np.array_equal(scores.flagged_N, (model.pvalue(bench.rows.test) <= 0.01).to_numpy())
        threshold = model.calibration.threshold(0.01)
        assert np.array_equal(scores.flagged_P, scores.fault_P >= threshold)
        assert np.array_equal(scores.test_N, model.score(bench.rows.test).to_numpy())


def test_model_and_baseline_thresholds_follow_one_rule(models, bench):
    """A baseline that scores as the model does flags the same rows, so no scorer is given an easier threshold."""

    class Twin:
        def score(self, frame):
            return models[0].score(frame).to_numpy()

    again = score_detector(Twin(), bench.rows, bench.injected.frame, bench.config.false_alarm_rate)
    own = score_model(models[0], bench)
    assert len(bench.rows.calibration) == len(models[0].calibration.scores_M)
    assert (again.flagged_N != own.flagged_N).mean() < 0.001
    assert (again.flagged_P != own.flagged_P).mean() < 0.001


def test_altered_rows_are_of_windows_without_a_label(bench):
    clean = {(row.machine, row.at) for row in bench.rows.test[bench.normal_N].itertuples()}
    assert {(row.machine, row.at) for row in bench.injected.frame.itertuples()} <= clean


@pytest.mark.parametrize("name", ["pca", "knn", "reference_rule"])
def test_baselines_find_faults_better_than_chance(bench, name):
    scores = bench.baselines[name]
    assert np.median(scores.fault_P) > np.median(scores.test_N[bench.normal_N])


def test_the_bench_injects_by_its_own_configuration(bench):
    assert set(bench.injected.events["size"].dropna()) == set(bench.config.fault_sizes)


def test_events_get_faults_in_single_rows(rows, world):
    events = replace(rows, schema=replace(world.SCHEMA, cadence_seconds=None, derived=(), derived_by=""))
    built = build_bench(events, (), (), lambda frame: frame[[]], EvaluateConfig(fault_sizes=[2.0]))
    assert (built.windows, set(built.injected.events["kind"])) == ([], {"bias", "exchanged", "replaced"})
    assert set(built.injected.events["rows"]) == {1}


def test_a_series_without_a_full_normal_window_does_too(rows, world, caplog):
    gappy = replace(rows, test=rows.test.iloc[::3].reset_index(drop=True), schema=replace(world.SCHEMA, derived=()))
    built = build_bench(gappy, (), (), lambda frame: frame[[]], EvaluateConfig(fault_sizes=[2.0]))
    assert set(built.injected.events["rows"]) == {1}
    assert "no full normal window of 6 hours" in caplog.text
