from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings
from vaegis.evaluation.detection.label_metrics import METRICS
from vaegis.evaluation.estimate import NotComputable


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={"knn": bench.baselines["knn"]})


def test_own_and_rival_figures_are_those_of_the_table(case):
    table = case.once(findings.labels).set_index(["label", "scorer"])
    own, rival = METRICS["labels/{label}_auroc"].compute(case), METRICS["labels/{label}_{scorer}_auroc"].compute(case)
    for label in ("stopped", "outage"):
        assert own[(label,)].value == pytest.approx(table.loc[(label, "model"), "auroc"])
        assert own[(label,)].low <= own[(label,)].value <= own[(label,)].high
        assert rival[(label, "knn")].value == pytest.approx(table.loc[(label, "knn"), "auroc"])


def test_the_mean_is_over_labels_that_can_be_judged(case):
    own = METRICS["labels/{label}_ap"].compute(case)
    mean = METRICS["labels/mean_ap"].compute(case)
    assert mean.value == pytest.approx(np.mean([own[(label,)].value for label in ("stopped", "outage")]))
    test = case.test.assign(outage=0.0)
    half = replace(case, bench=replace(case.bench, rows=replace(case.rows, test=test)), found={})
    assert METRICS["labels/mean_ap"].compute(half).value == pytest.approx(own[("stopped",)].value)


def test_prevalence_is_known_where_no_ranking_is(case):
    test = case.test.assign(stopped=0.0)
    none = replace(case, bench=replace(case.bench, rows=replace(case.rows, test=test)), found={})
    assert METRICS["labels/{label}_prevalence"].compute(none)[("stopped",)].value == 0.0
    assert "marks none of the" in METRICS["labels/{label}_auroc"].compute(none)[("stopped",)].reason


def test_a_table_without_labels_has_no_mean(case):
    columns = tuple(column for column in case.rows.schema.columns if column.role != "label")
    rows = replace(case.rows, schema=replace(case.rows.schema, columns=columns))
    bare = replace(case, bench=replace(case.bench, rows=rows), found={})
    with pytest.raises(NotComputable, match="no binary label"):
        METRICS["labels/mean_auroc"].compute(bare)
