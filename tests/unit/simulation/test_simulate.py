import dataclasses

import numpy as np
import pytest

from vaegis.contract import Rule
from vaegis.errors import ConfigError, DataError
from vaegis.simulation.optimum import optima
from vaegis.simulation.scenario import Scenario
from vaegis.simulation.simulate import count_steps, simulate

BETWEEN = "expect_column_values_to_be_between"


def test_a_population_is_marked_measured_and_repeated(model):
    scenario = Scenario(rows=60, hold={"unit": "a", "w": "10"})
    made = simulate(model, scenario)
    assert made.rows["synthetic"].all()
    assert (made.rows["unit"] == "a").all()
    assert made.steps.loc[0, ["rows", "acceptance"]].tolist() == [60, 1.0]
    assert set(made.bands["column"]) == {"unit", "x", "y", "w"}
    assert made.levels["w"]["low"] <= 10.0 <= made.levels["w"]["high"]
    assert simulate(model, scenario).rows.equals(made.rows)


def test_hard_rules_hold_in_every_row_and_cost_what_is_said(model):
    rule = {"type": BETWEEN, "kwargs": {"column": "x", "min_value": 0.0}}
    made = simulate(model, Scenario(rows=100, rules=(rule,)))
    assert (made.rows["x"] >= 0.0).all()
    assert 0.2 < made.steps["acceptance"].item() < 0.8
    given = simulate(model, Scenario(rows=100), rules=[Rule(**rule)])
    assert given.rows.equals(made.rows)
    assert (simulate(model, Scenario(rows=100, rules=(rule,)), rules=None).rows["x"] < 0.0).any()


def test_a_rule_that_nothing_meets_ends_in_one_line(model):
    rule = {"type": BETWEEN, "kwargs": {"column": "x", "min_value": 1e6}}
    with pytest.raises(DataError, match=r"0 of \d+ rows drawn pass the rules, most break .*\(x\)"):
        simulate(model, Scenario(rows=5, rules=(rule,)))
    for wrong in ({"kwargs": {}}, {"type": BETWEEN, "kwargs": {"column": "speed"}}):
        with pytest.raises(ConfigError, match="rule"):
            simulate(model, Scenario(rows=5, rules=(wrong,)))


def test_a_row_needs_its_file(model, rows):
    scenario = Scenario(rows=30, row="3", hold={"x": 1.0}, free=("y",))
    with pytest.raises(ConfigError, match="names a real row; allowed: a file of rows"):
        simulate(model, scenario)
    made = simulate(model, scenario, source=rows)
    assert made.observed == {"y": rows["y"].iloc[3]}
    assert made.steps["case"].tolist() == ["as it was", "changed"]
    assert set(made.bands["column"]) == {"y"}
    assert (made.rows.loc[made.rows["step"] == 1, "x"] == 1.0).all()
    assert (made.rows["w"] == rows["w"].iloc[3]).all()


def test_walks_and_stress_sets_are_marked_and_judged(model, rows):
    walked = simulate(model, Scenario(walk=("z_0",)))
    assert walked.rows["synthetic"].all()
    assert walked.rows["pvalue"].between(0.0, 1.0).all()
    assert simulate(model, Scenario(walk=("0", "1")), source=rows).rows["walk"].unique().tolist() == ["0 to 1"]
    with pytest.raises(ConfigError, match="a walk of 3 names"):
        simulate(model, Scenario(walk=("0", "1", "2")), source=rows)
    told = []
    stressed = simulate(model, Scenario(rows=5, stress=0.1), tell=told.append)
    assert stressed.rows["synthetic"].all()
    assert "x low" in stressed.steps["stress"].tolist()
    assert sum(told) == count_steps(model, Scenario(rows=5, stress=0.1)) == 1


def test_steps_are_counted_beforehand(model):
    assert count_steps(model, Scenario(sweep={"x": "0:1:3", "unit": "all"})) == 6
    assert count_steps(model, Scenario(row="1", free=("y",), sweep={"x": "0:1:3"})) == 4


def test_what_cannot_be_shifted_or_is_not_learnt(model):
    with pytest.raises(ConfigError, match="column 'unit' holds levels or times; allowed: shift of a number"):
        simulate(model, Scenario(shift={"unit": 1.0}))
    bare = dataclasses.replace(model, generator=None)
    assert len(simulate(bare, Scenario(rows=20)).rows) == 20
    with pytest.raises(
        ConfigError, match="no generator, so nothing but its conditions can be set; allowed: autoregressive"
    ):
        simulate(bare, Scenario(rows=20, hold={"x": 1.0}))


@pytest.mark.slow
def test_a_known_law_comes_back(learned):
    """`y` is 20 - (x - 1.5)^2 in unit a, 20 - (x + 2)^2 in unit b, with noise of 1."""
    made = simulate(learned, Scenario(rows=400, sweep={"x": "-4:4:9", "unit": "all"}))
    means = made.bands[made.bands["column"] == "y"]
    curve = made.steps.merge(means, on="step")
    truth = 20.0 - (curve["x"] - np.where(curve["unit"] == "a", 1.5, -2.0)) ** 2
    assert (curve["mean"] - truth).abs().median() < 0.6
    first, second = optima(curve, "x", "unit")
    assert abs(first.at - 1.5) < 0.5
    assert abs(second.at + 2.0) < 0.5
