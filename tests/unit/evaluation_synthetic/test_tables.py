from vaegis.evaluation.case import Case
from vaegis.evaluation.synthetic.tables import TABLES


def test_tables_of_generated_rows(models, bench):
    case = Case(model=models[0], bench=bench, rivals={})
    assert {"first", "second", "score"} <= set(TABLES["pair_trends"].make(case))
    assert list(TABLES["rules"].make(case)) == ["rule", "broken", "share"]
    assert list(TABLES["utility"].make(case)) == ["column", "real", "generated"]
