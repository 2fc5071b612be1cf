import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.tables import TABLES


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals=bench.baselines)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_rows_and_a_title(case, name):
    assert len(TABLES[name].make(case)) > 0
    assert TABLES[name].title


def test_months_and_the_histogram_speak_of_normal_rows(case):
    months = TABLES["false_alarms_by_month"].make(case)
    assert months["rows"].sum() == case.bench.normal_N.sum()
    assert {"model", *case.rivals} <= set(months.columns)
    assert TABLES["score_histogram"].make(case)["normal"].sum() == pytest.approx(1.0)


def test_every_column_with_a_fault_has_its_line(case):
    table = TABLES["detection_by_column"].make(case)
    assert set(table["column"]) == set(case.bench.injected.events["sensor"])
    assert np.isfinite(table["auroc"]).all()
