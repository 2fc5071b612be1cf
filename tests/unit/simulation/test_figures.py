import numpy as np
import pandas as pd
import pytest

from vaegis.simulation.figures import (
    AS_IT_WAS,
    BINS,
    CHANGED,
    SCENARIO,
    USUAL,
    cell,
    curves,
    facts,
    lying,
    middle,
    mixes,
    notes,
    sets_of,
    way,
)
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.studio import Studio


@pytest.fixture(scope="module")
def studio(model, rows):
    return Studio(model, "models/x", (), rows)


@pytest.fixture(scope="module")
def run(studio):
    """Return a function that draws the rows of a scenario."""
    return lambda **asked: studio.run(Scenario(**{"rows": 40, **asked})).simulated


def test_shares_of_levels_and_of_equal_parts_come_to_one(studio):
    x, unit = studio.controls["x"], studio.controls["unit"]
    told = lying(x, {"far": pd.Series([-99.0, 99.0, 99.0, np.nan]), "none": pd.Series([np.nan])})
    far, none = (told[told["rows"] == name]["share"].to_numpy() for name in ("far", "none"))
    assert (len(far), far[0], far[-1], none.sum()) == (BINS, pytest.approx(1 / 3), pytest.approx(2 / 3), 0.0)
    assert (told["low"].min(), told["high"].max()) == x.shown
    levels = lying(unit, {"one": pd.Series(["a", "a", "b", "a"])})
    assert levels[["level", "share"]].to_numpy().tolist() == [["a", 0.75], ["b", 0.25]]


def test_what_stands_beside_what(studio, run):
    population = sets_of(run(hold={"unit": "a"}), studio.usual, "x")
    assert list(population) == [USUAL, SCENARIO]
    row = sets_of(run(row="3", hold={"x": "1"}, free=("y",)), studio.usual, "y")
    assert [(name, len(values)) for name, values in row.items()] == [(AS_IT_WAS, 40), (CHANGED, 40)]
    assert list(sets_of(run(row="3", free=("y",)), studio.usual, "y")) == [AS_IT_WAS]
    stressed = run(stress=0.1)
    low = sets_of(stressed, studio.usual, "x", "x low")
    assert list(low) == [USUAL, "x low"]
    assert low["x low"].max() < studio.usual["x"].median()
    assert len(sets_of(stressed, studio.usual, "x")[SCENARIO]) > len(low["x low"])


def test_a_sweep_has_a_band_at_each_value_for_each_group(run):
    swept = run(sweep={"x": "-1:1:3", "unit": "all"})
    curve = curves(swept, "y")
    assert curve[["at", "group"]].to_numpy().tolist() == [[at, unit] for at in (-1.0, 0.0, 1.0) for unit in "ab"]
    assert (curve["p2.5"] <= curve["p50"]).all()
    assert set(curves(run(sweep={"x": "-1:1:3"}), "y")["group"]) == {""}


def test_a_sweep_of_a_real_row_leaves_out_the_row_as_it_was(studio, run):
    swept = run(row="3", sweep={"x": "-1:1:3"}, free=("y", "unit"))
    assert list(curves(swept, "y")["at"]) == [-1.0, 0.0, 1.0]
    mix = mixes(swept, studio.controls["unit"])
    assert mix.groupby("at")["share"].sum().tolist() == pytest.approx([1.0] * 3)


def test_a_walk_has_a_value_at_each_point(run):
    walked = way(run(walk=("z_0", "z_1")), "y")
    assert list(walked.columns) == ["z", "walk", "value"]
    assert walked["walk"].value_counts().to_dict() == {"z_0": 21, "z_1": 21}


def test_where_values_lie_is_said_in_the_digits_of_the_column(studio):
    x, unit = studio.controls["x"], studio.controls["unit"]
    assert middle(x, pd.Series([1.0] * 3 + [np.nan])) == "1.00 [1.00, 1.00], 25% missing"
    assert middle(x, pd.Series([np.nan])) == "missing"
    assert middle(unit, pd.Series(["a", "b", "b"])) == "b 67%"
    assert (cell(x, 1234.5), cell(x, -0.0001), cell(x, None), cell(unit, "a")) == ("1,234.50", "0.00", "missing", "a")


def test_what_is_to_be_known_is_that_of_the_worst_step(run):
    swept = run(sweep={"x": "-1:1:3"})
    told = {name: value for name, (value, _) in facts(swept).items()}
    assert (told["synthetic rows"], told["steps"], told["pass hard rules"]) == ("120", "3", "100.0%")
    assert told["unusual"] == f"{swept.steps['unusual'].max():.1%}"
    assert "edges" in facts(run(stress=0.1))
    assert "effective rows" not in facts(run(walk=("z_0",)))
    assert "steps" not in facts(run(row="3", hold={"x": "1"}, free=("y",)))


def test_a_wide_level_is_said(run):
    (note,) = notes(run(hold={"x": "1"}))
    assert note.startswith("x = 1 stands for all from ")
    assert notes(run(hold={"unit": "a"})) == []
