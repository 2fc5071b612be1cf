from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.usefulness.metrics import METRICS, TABLES
from vaegis.evaluation.usefulness.results import Result, results
from vaegis.evaluation.usefulness.tasks import Task


def told(case, *scores, replicates=3):
    """A case in which each label has these AUROCs on raw, latent and both columns."""
    found = [
        Result(
            task=Task(target=target, kind="classification"),
            learner=learner,
            columns=columns,
            rows=100,
            value=value,
            value_R=value + 0.01 * np.arange(replicates),
        )
        for target, values in scores
        for columns, value in zip(("raw", "latent", "both"), values, strict=True)
        for learner in ("trees", "linear")
    ]
    return replace(case, found={results: found})


def test_figures_are_means_over_labels_and_gains_pair(case):
    judged = told(case, ("a", (0.6, 0.5, 0.7)), ("b", (0.8, 0.8, 0.8)))
    values = {name: spec.compute(judged) for name, spec in METRICS.items() if "classification" in name}
    assert values["usefulness/classification_raw"].value == pytest.approx(0.7)
    assert values["usefulness/classification_latent_gain"].value == pytest.approx(-0.05)
    gain = values["usefulness/classification_gain"]
    assert (gain.value, gain.low, gain.high) == pytest.approx((0.05, 0.05, 0.05)), "paired: the scatter cancels"
    assert gain.rows == 100


def test_what_no_target_asks_for_is_said(case):
    with pytest.raises(NotComputable, match="no amount is a target"):
        METRICS["usefulness/regression_raw"].compute(told(case, ("a", (0.6, 0.5, 0.7))))
    with pytest.raises(NotComputable, match="no label marks enough"):
        METRICS["usefulness/classification_raw"].compute(told(case))


def test_the_table_says_what_its_columns_are():
    assert "gain over raw columns" in TABLES["usefulness"].title
