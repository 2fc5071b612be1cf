import numpy as np
import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.quality.rows import PassingShare
from vaegis.simulation.population import Step, populate


def only(condition):
    """Return a hard rule by a function of the frame."""

    def check(frame: pd.DataFrame) -> PassingShare:
        passes_N = condition(frame).to_numpy()
        return PassingShare(passes_N=passes_N, failing={"rule": int((~passes_N).sum())}, skipped=())

    return check


def test_held_values_stand_in_every_row_and_seeds_repeat(model):
    steps = [Step(given={"x": 2.0}), Step(given={"unit": "a"})]
    told = []
    first, second = populate(model, steps, 40, 3, None, told.append)
    assert (first.rows["x"] == 2.0).all()
    assert (second.rows["unit"] == "a").all()
    assert (len(first.rows), len(second.rows), first.acceptance) == (40, 40, 1.0)
    assert told == [1, 1]
    again = populate(model, steps, 40, 3, None, told.append)
    assert again[0].rows.equals(first.rows)
    assert again[1].rows.equals(second.rows)
    assert not populate(model, steps, 40, 4, None, told.append)[0].rows.equals(first.rows)


def test_rows_that_break_a_rule_are_drawn_again_and_the_share_is_said(model):
    check = only(lambda frame: frame["unit"] == "a")
    (made,) = populate(model, [Step()], 400, 0, check, lambda _: None)
    assert len(made.rows) == 400
    assert set(made.rows["unit"]) == {"a"}
    free = model.sample(4_000, seed=9)["unit"].eq("a").mean()
    assert abs(made.acceptance - free) < 0.1
    assert made.accepted <= made.drawn
    assert made.broken["rule"] == made.drawn - made.accepted


def test_an_impossible_scenario_is_one_line_with_its_rule(model):
    check = only(lambda frame: frame["x"] > 1e9)
    with pytest.raises(DataError, match=r"unit=a: 0 of \d+ rows drawn pass the rules, most break rule; allowed: "):
        populate(model, [Step(label={"unit": "a"}, given={"unit": "a"})], 10, 0, check, lambda _: None)


def test_a_shift_moves_the_column_and_leaves_what_would_leave_the_range(model):
    (base,) = populate(model, [Step(given={"unit": "a"})], 300, 0, None, lambda _: None)
    (moved,) = populate(model, [Step(given={"unit": "a"}, shift={"x": 2.0})], 300, 0, None, lambda _: None)
    assert set(moved.rows["unit"]) == {"a"}
    assert moved.rows["x"].min() >= base.rows["x"].min() + 1.0
    assert moved.rows["x"].max() <= 5.0
    assert 0.5 < moved.acceptance < 1.0
    assert moved.broken["shifted beyond what training saw"] == moved.drawn - moved.accepted


def test_weighted_rows_are_worth_no_more_than_they_are(model):
    (made,) = populate(model, [Step(given={"w": 10.0, "y": 19.0})], 50, 0, None, lambda _: None)
    assert made.method in ("rejection", "importance")
    assert 1.0 <= made.worth <= 50.0
    assert np.allclose(made.rows[["w", "y"]], [10.0, 19.0])
