import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.findings import held, material


def test_the_audit_is_of_the_models_own_rows(models, bench):
    case = Case(model=models[0], bench=bench, rivals={})
    found = material(case)
    assert list(found.made) == list(found.train) == list(found.holdout) == models[0].columns
    assert len(found.made) == len(bench.rows.train)
    assert len(found.others) == len(bench.rows.validation) > 0
    assert found.score(found.holdout.head(3)).shape == (3,)
    assert len(held(case)) == 3


def test_an_autoencoder_has_no_rows_to_audit(models, bench):
    with pytest.raises(NotComputable, match="nothing to generate rows from"):
        material(Case(model=models[1], bench=bench, rivals={}))
