from dataclasses import replace

import pytest

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.synthetic import findings
from vaegis.evaluation.synthetic.augmentation import MIN_POSITIVES


@pytest.fixture(scope="module")
def case(models, bench):
    return Case(model=models[0], bench=bench, rivals={})


def test_as_many_real_rows_stand_beside_the_generated_ones(case):
    assert len(case.once(findings.real)) == len(case.once(findings.made)) == case.config.sample_rows
    assert [column.name for column in findings.columns(case)] == list(case.once(findings.made))


def test_every_feature_has_a_shape_and_every_pair_a_trend(case):
    assert len(case.once(findings.shapes)) == len(case.once(findings.real_shapes)) == 7
    assert len(case.once(findings.pairs)) == len(case.once(findings.anchored_pairs)) == 21
    assert set(case.once(findings.neighbours)) == {"precision", "recall", "density", "coverage"}
    assert 0.4 < case.once(findings.told_apart).value <= 1.0


def test_real_rows_teach_what_they_are_asked(case):
    table = case.once(findings.utility)
    assert table.set_index("column").loc["mode", "real"] > 0.9
    assert (table["generated"] <= 1.0).all()


def test_augmentation_has_numbers_where_enough_rows_are_marked(case):
    table = case.once(findings.augmentation)
    assert set(table["label"]) == {"stopped", "outage"}
    known = table["generated"].notna()
    assert known.any()
    assert (known == (table["positives"] >= MIN_POSITIVES)).all()


def test_labels_without_marked_rows_have_a_reason(case):
    rows = replace(case.rows, train=case.rows.train.assign(stopped=0, outage=0))
    with pytest.raises(NotComputable, match="no label marks enough training and test rows"):
        findings.augmentation(replace(case, bench=replace(case.bench, rows=rows), found={}))


def test_an_autoencoder_generates_nothing(models, bench):
    with pytest.raises(NotComputable, match="nothing to generate rows from"):
        findings.made(Case(model=models[1], bench=bench, rivals={}))
    with pytest.raises(NotComputable, match="nothing to generate rows from"):
        findings.augmentation(Case(model=models[1], bench=bench, rivals={}))
