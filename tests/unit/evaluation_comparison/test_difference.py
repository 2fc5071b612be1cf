"""When a difference is one."""

import numpy as np
import pytest

from vaegis.evaluation.comparison.difference import NEUTRAL, judge
from vaegis.evaluation.comparison.paired import deal


def pair(shift, spread, num_rows=400):
    rng = np.random.default_rng(0)
    draws, _ = deal(np.arange(num_rows), np.empty(0, dtype=int), 0, 500)
    other_N = rng.normal(size=num_rows)
    own_N = other_N + shift + spread * rng.normal(size=num_rows)
    return draws.means(np.stack([own_N, other_N], axis=1)).T, draws


@pytest.mark.parametrize(
    ("shift", "direction", "verdict"),
    [(1.0, "higher", "better"), (1.0, "lower", "worse"), (-1.0, "lower", "better"), (0.0, "higher", "within noise")],
)
def test_the_sign_is_read_by_the_direction(shift, direction, verdict):
    values, draws = pair(shift, 1.0)
    found = judge("evaluate/a/b", values, draws, direction, "share", 400)
    assert found.verdict == verdict
    assert found.low <= found.difference <= found.high


@pytest.mark.parametrize(("shift", "verdict"), [(1.0, "moved"), (-1.0, "moved"), (0.0, "within noise")])
def test_what_is_good_neither_way_only_moves(shift, verdict):
    values, draws = pair(shift, 1.0)
    assert judge("evaluate/a/b", values, draws, NEUTRAL, "nats", 400).verdict == verdict


def test_few_blocks_give_a_reason_and_no_difference():
    values, draws = pair(1.0, 1.0, num_rows=5)
    found = judge("evaluate/a/b", values, draws, "higher", "share", 5)
    assert (found.verdict, found.difference, found.low) == ("not computable", None, None)
    assert found.reason == "5 blocks of rows say nothing of noise, at least 10 are needed"


def test_nan_is_no_number():
    values, draws = pair(1.0, 1.0)
    found = judge("evaluate/a/b", [values[0] * np.nan, values[1]], draws, "higher", "share", 400)
    assert found.candidate is None
    assert found.reason == "one of the two has no number on these rows"
