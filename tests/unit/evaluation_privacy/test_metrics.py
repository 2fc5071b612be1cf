from vaegis.evaluation.case import Case
from vaegis.evaluation.privacy.metrics import METRICS, names_held, rows_held
from vaegis.evaluation.privacy.questions import QUESTIONS


def test_every_question_is_a_metric_and_the_bundle_is_told_of(models, bench):
    assert set(METRICS) == {f"privacy/{name}" for name in (*QUESTIONS, "stored_rows", "rare_names")}
    case = Case(model=models[0], bench=bench, rivals={})
    assert rows_held(case).value == names_held(case).value == 0.0
    assert METRICS["privacy/copy_share"].compute(case).value == 0.0
