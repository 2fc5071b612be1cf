import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.reconstruction import findings
from vaegis.evaluation.reconstruction.metrics import METRICS

NOTHING = float("nan")


@pytest.fixture
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={})


def figure(case, name):
    return METRICS[name].compute(case)


def test_headlines_summarise_the_columns(case):
    table = pd.DataFrame(
        {"r2": [0.5, 0.9, NOTHING], "coverage": [0.9, 1.0, NOTHING], "accuracy": [NOTHING, NOTHING, 0.7]}
    )
    case.found[findings.columns] = table
    names = ("mean_r2", "worst_column_r2", "mean_coverage", "accuracy")
    assert [figure(case, f"reconstruction/{name}").value for name in names] == pytest.approx([0.7, 0.5, 0.95, 0.7])
    case.found[findings.columns] = table.assign(accuracy=NOTHING)
    assert figure(case, "reconstruction/accuracy").reason == "there is no categorical column with values"


def test_calibration_is_the_mean_square_and_the_worst(case):
    case.found[findings.calibration] = pd.DataFrame(
        {"residual_std": [3.0, 4.0, NOTHING], "pit_ks": [0.1, 0.3, NOTHING]}
    )
    assert figure(case, "calibration/residual_std").value == pytest.approx(np.sqrt(12.5))
    assert figure(case, "calibration/pit_ks").value == pytest.approx(0.2)
    assert figure(case, "calibration/worst_pit_ks").value == pytest.approx(0.3)


def test_densities_are_means_over_rows_with_an_interval(case):
    for name in ("distortion", "elbo", "nll"):
        estimate = figure(case, f"reconstruction/{name}")
        assert estimate.low < estimate.value < estimate.high
    assert figure(case, "reconstruction/elbo").rows == len(case.test)


def test_a_twin_has_a_distortion_and_no_density(models, bench):
    twin = Case(model=models[1], bench=bench, rivals={})
    assert np.isfinite(figure(twin, "reconstruction/distortion").value)
    for name in ("elbo", "nll"):
        with pytest.raises(NotComputable, match="deterministic"):
            figure(twin, f"reconstruction/{name}")
