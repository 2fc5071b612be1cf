import numpy as np
import pytest

from tests.fixtures.known_generators import COLUMNS, collapsed, rows
from vaegis.evaluation.synthetic.utility import targets, train_and_test

A, B, C, GROUP, SIDE = COLUMNS


def test_rows_of_the_law_are_worth_as_much_as_real_ones_and_a_collapsed_generator_less():
    real, made, test = rows(2_000, 0), rows(2_000, 1), rows(2_000, 2)
    for target in (A, GROUP):
        own = train_and_test(real, test, COLUMNS, target)
        assert train_and_test(made, test, COLUMNS, target) == pytest.approx(own, abs=0.04)
        assert train_and_test(collapsed(500, 3), test, COLUMNS, target) < own - 0.2


def test_rows_without_the_relation_are_worth_nothing():
    made = rows(1_000, 1)
    made["b"] = made["b"].sample(frac=1.0, random_state=0).to_numpy()
    assert train_and_test(made, rows(1_000, 2), COLUMNS, B) < 0.3


def test_several_classes_and_one_that_is_never_shown():
    def cut(frame):
        return frame.assign(group=np.select([frame["a"] < 0, frame["a"] < 2], ["low", "middle"], "high"))

    train, test = cut(rows(1_000, 0)), cut(rows(1_000, 1))
    whole = train_and_test(train, test, COLUMNS, GROUP)
    partly = train_and_test(train[train["group"] != "high"], test, COLUMNS, GROUP)
    assert whole > 0.99
    assert partly < whole - 0.1
    assert train_and_test(train[train["group"] == "low"], test, COLUMNS, GROUP) == 0.5


@pytest.mark.parametrize(
    ("frame", "target"),
    [
        (rows(10, 0), B),
        (rows(200, 0).assign(b=1.0), B),
        (rows(200, 0).assign(group="one"), GROUP),
        (rows(200, 0).assign(b=np.nan), B),
    ],
    ids=["few rows", "constant amount", "one class", "no values"],
)
def test_nothing_to_predict_is_nan(frame, target):
    assert np.isnan(train_and_test(frame, frame, COLUMNS, target))
    assert np.isnan(train_and_test(rows(200, 0), rows(200, 1), [B], B))


def test_targets_are_levels_first_then_amounts_and_nothing_constant():
    frame = rows(100, 0).assign(c=1.0)
    assert [column.name for column in targets(frame, COLUMNS, 3)] == ["group", "a", "b"]
    assert [column.name for column in targets(frame, COLUMNS, 2)] == ["group", "a"]
    assert [column.name for column in targets(frame, COLUMNS[3:], 4)] == ["group", "side"]
