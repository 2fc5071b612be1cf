from vaegis.evaluation.case import Case
from vaegis.evaluation.privacy.tables import TABLES, nearness


def test_tables_of_the_audit(models, bench):
    case = Case(model=models[0], bench=bench, rivals={})
    assert list(nearness(case)) == ["low", "high", "generated", "fresh", "bar"]
    assert list(TABLES["bundle_holdings"].make(case)) == ["what", "count", "statement"]
    assert TABLES["privacy_secrets"].make(case)["excess"].notna().all()
