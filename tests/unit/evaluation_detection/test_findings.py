from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.bench import OWN
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection import findings
from vaegis.evaluation.estimate import NotComputable


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals=bench.baselines)


def test_the_model_stands_first_among_scorers(case, bench):
    assert list(case.once(findings.scores)) == [OWN, *bench.baselines]


def test_scores_that_are_no_numbers_are_counted(case):
    good = case.rivals["knn"]
    half = replace(good, test_N=np.where(np.arange(len(good.test_N)) < 3, np.nan, good.test_N))
    with pytest.raises(NotComputable, match=f"3 of {len(good.test_N):,} scores are not numbers"):
        findings.sound_scores(replace(case, rivals={"knn": half}, found={}), "knn")
    assert findings.sound_scores(case, "knn") is good


def test_pooled_is_the_line_of_all_faults(case):
    line = findings.pooled(case)
    assert (line["scorer"], line["kind"], line["events"]) == (OWN, "all", len(case.bench.injected.events))


def test_all_scorers_meet_the_same_draws(case):
    found = case.once(findings.rankings)
    assert set(found) == {OWN, *case.rivals}
    twin = replace(case, rivals={"copy": case.once(findings.scores)[OWN]}, found={})
    paired = twin.once(findings.rankings)
    assert np.array_equal(paired["copy"].auroc_R, paired[OWN].auroc_R)


def test_labels_are_ranked_at_their_level(case):
    ranked = case.once(findings.label_rankings)
    assert set(ranked) == {(label, name) for label in ("stopped", "outage") for name in (OWN, *case.rivals)}
    marked, draws = findings.label_draws(case, case.rows.schema.column("outage"))
    assert len(marked) == len(draws.block_N) == case.test["at"].nunique()


def test_a_table_without_labels_says_so(case):
    columns = tuple(column for column in case.rows.schema.columns if column.role != "label")
    bare = replace(case.bench, rows=replace(case.rows, schema=replace(case.rows.schema, columns=columns)))
    with pytest.raises(NotComputable, match="the contract has no binary label"):
        findings.binary_labels(replace(case, bench=bare, found={}))
