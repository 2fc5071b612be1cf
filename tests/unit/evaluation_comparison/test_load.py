"""The project's rows are those that the evaluation used."""

import pandas as pd

from vaegis.config.compare import CompareConfig
from vaegis.config.evaluate import EvaluateConfig
from vaegis.evaluation.comparison.load import load_compared, task_of


def test_rows_and_faults_are_those_of_the_evaluation(project, bench, world, monkeypatch):
    monkeypatch.chdir(project)
    rows = load_compared(bench.config, world.SPLIT)
    pd.testing.assert_frame_equal(rows.frame, bench.rows.test)
    pd.testing.assert_frame_equal(rows.faults, bench.injected.frame)


def test_as_much_is_asked_as_the_evaluation_asks():
    task = task_of(
        EvaluateConfig(false_alarm_rate=0.02, nll_rows=7, nll_samples=5, seed=3), CompareConfig(resamples=300)
    )
    assert (task.rate, task.nll_rows, task.nll_samples, task.seed, task.resamples) == (0.02, 7, 5, 3, 300)
