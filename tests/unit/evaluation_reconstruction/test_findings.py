import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings as detection
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.reconstruction import findings


@pytest.fixture
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={})


def test_only_columns_that_varied_in_training_can_have_been_learnt(case):
    assert findings.learnt(case) == ["load_kw", "heat_c", "cool_c", "weather_c", "mode", "tilt_sin", "tilt_cos"]


def test_columns_are_those_of_the_model(case):
    assert findings.columns(case)["column"].tolist() == [column.name for column in case.model.schema.features]
    assert set(findings.calibration(case)["column"]) == {column.name for column in case.model.transform.numeric}


def test_the_bound_is_above_the_elbo_of_the_same_rows(case):
    nll = findings.nll(case)
    assert len(nll) == case.config.nll_rows
    elbo = case.once(findings.elbo_terms).loc[nll.index, "elbo"]
    assert -nll.mean() > elbo.mean()


def test_a_twin_has_no_density(models, bench):
    with pytest.raises(NotComputable, match="a deterministic autoencoder has no posterior"):
        findings.nll(Case(model=models[1], bench=bench, rivals={}))


def test_rows_whose_score_is_no_number_are_not_the_worst(case):
    scores = case.once(detection.scores)["model"]
    worst = findings.worst(case)["row_id"].iloc[0]
    scores.test_N[scores.test_N == scores.test_N.max()] = np.nan
    assert findings.worst(case)["row_id"].iloc[0] != worst
    scores.test_N[:] = np.nan
    with pytest.raises(NotComputable, match="no score is a number"):
        findings.worst(case)
