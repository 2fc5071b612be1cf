import numpy as np
import pytest

from vaegis.evaluation.detection.conformal import GRID, distance_from_uniform, pvalue_table


def test_uniform_p_values_lie_on_the_diagonal():
    table = pvalue_table(np.random.default_rng(0).random(20_000))
    inside = (table["low"] <= table["pvalue"]) & (table["pvalue"] <= table["high"])
    assert inside.mean() > 0.85
    assert table["share"].iloc[-1] == 1.0
    assert table["share"].is_monotonic_increasing


def test_small_p_values_lie_above_it():
    table = pvalue_table(np.random.default_rng(0).random(20_000) ** 2).set_index("pvalue")
    assert table.loc[0.01, "share"] == pytest.approx(0.1, abs=0.01)
    assert table.loc[0.01, "low"] > 0.01


def test_the_distance_is_that_of_kolmogorov_and_smirnov():
    """The widest gap between the share at or below a p-value and the p-value itself, on either side of a step."""
    assert distance_from_uniform(np.array([0.3, 0.1, 0.2])) == pytest.approx(0.7)
    assert distance_from_uniform(np.array([0.8, 0.9])) == pytest.approx(0.8)
    assert distance_from_uniform(np.array([0.5])) == 0.5


def test_the_grid_has_the_rates_that_people_ask_for():
    assert {0.001, 0.01, 0.1, 1.0} <= set(GRID)
