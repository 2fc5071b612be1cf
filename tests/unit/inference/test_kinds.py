"""Rules in order: what stands before the rules on numbers and texts."""

import numpy as np
import pandas as pd
import pytest

from vaegis.inference.kinds import RULES, guess_kind
from vaegis.inference.profile import profile, sampled_rows

rng = np.random.default_rng(0)


def guess(values, name="x"):
    return guess_kind(profile(pd.Series(values, name=name), sampled_rows(len(values))))


@pytest.mark.parametrize(
    ("values", "kind", "is_feature", "reason"),
    [
        ([None] * 50, "text", False, "holds no value"),
        ([7] * 50, "numeric", False, "constant: always 7"),
        (["a"] * 50, "category", False, "constant: always a"),
        (pd.date_range("2024-01-01", periods=50), "time", False, "dates"),
        ([0, 1] * 25, "binary", True, "two values: 0 and 1"),
        (["yes", "no", None] * 25, "binary", True, "two values: no and yes"),
        ([True, False] * 25, "binary", True, "two values: False and True"),
        (rng.normal(size=50), "numeric", True, "numbers with fractions"),
        ([1.5] + [None] * 49, "numeric", False, "constant"),
        ([1.5, 2.5, 3.5] + [None] * 97, "numeric", False, "97.0% of the cells are empty"),
    ],
)
def test_kind(values, kind, is_feature, reason):
    found = guess(values)
    assert (found.kind, found.is_feature) == (kind, is_feature)
    assert reason in found.reason


def test_every_column_gets_an_answer_with_a_confidence():
    for values in (rng.integers(0, 9, 99), rng.integers(-5, 9999, 99), list("abcdefghi") * 11, rng.normal(size=99)):
        found = guess(values)
        assert 0.5 <= found.confidence < 1.0
        assert found.reason


def test_the_last_rule_answers_always():
    assert RULES[-1](profile(pd.Series([1.5, 2.5]), sampled_rows(2))) is not None
