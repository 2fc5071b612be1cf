import numpy as np
import pytest
from scipy.stats import binomtest, kstest

from vaegis.evaluation.detection.conformal import GRID, binomial_interval, distance_from_uniform, pvalue_table


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


@pytest.mark.parametrize(("hits", "rows"), [(0, 10), (3, 10), (10, 10), (17, 4000)])
def test_the_interval_is_that_of_clopper_and_pearson(hits, rows):
    known = binomtest(hits, rows).proportion_ci(method="exact")
    low, high = binomial_interval(np.array([hits]), np.array([rows]))
    assert (low[0], high[0]) == pytest.approx((known.low, known.high))


def test_the_distance_is_that_of_kolmogorov_and_smirnov():
    pvalues = np.random.default_rng(1).random(500) ** 1.5
    assert distance_from_uniform(pvalues) == pytest.approx(kstest(pvalues, "uniform").statistic)
    assert distance_from_uniform(np.array([0.5])) == 0.5


def test_the_grid_has_the_rates_that_people_ask_for():
    assert {0.001, 0.01, 0.1, 1.0} <= set(GRID)
