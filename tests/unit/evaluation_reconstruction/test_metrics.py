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
    table = case.once(findings.columns)
    for name, found in (
        ("mean_r2", table["r2"].mean()),
        ("worst_column_r2", table["r2"].min()),
        ("mean_coverage", table["coverage"].mean()),
        ("accuracy", table["accuracy"].mean()),
    ):
        estimate = figure(case, f"reconstruction/{name}")
        assert estimate.value == pytest.approx(found)
        assert estimate.low < estimate.value < estimate.high
    case.found[findings.columns] = table.assign(accuracy=NOTHING)
    with pytest.raises(NotComputable, match="there is no categorical column with values"):
        figure(case, "reconstruction/accuracy")


def test_calibration_is_the_mean_square_and_the_worst(case):
    residuals = pd.DataFrame(np.random.default_rng(0).normal(size=(len(case.test), 2)) * [3.0, 4.0], columns=["a", "b"])
    case.found[findings.residuals] = residuals
    found = case.once(findings.calibration)
    estimate = figure(case, "calibration/residual_std")
    assert estimate.value == pytest.approx(np.sqrt((found["residual_std"] ** 2).mean())) == pytest.approx(3.54, abs=0.1)
    assert estimate.low < np.sqrt(12.5) < estimate.high
    assert figure(case, "calibration/pit_ks").value == pytest.approx(found["pit_ks"].mean())
    assert figure(case, "calibration/worst_pit_ks").value == pytest.approx(found["pit_ks"].max())


def test_coverage_of_known_residuals_is_right(case):
    case.found[findings.residuals] = pd.DataFrame({"a": np.random.default_rng(0).normal(size=len(case.test))})
    for name, share in (("coverage_50", 0.5), ("coverage_90", 0.9)):
        estimate = figure(case, f"reconstruction/{name}")
        assert estimate.low < share < estimate.high


def test_the_worst_part_is_that_of_the_table(case):
    worst = figure(case, "reconstruction/worst_slice_error")
    table = case.once(findings.slices)
    assert worst.value == pytest.approx(table.loc[table["rows"] >= 100, "ratio"].max())
    assert worst.rows < len(case.test)
