import numpy as np
import pytest

from vaegis.monitoring.betting import POWERS, capital_T, smoothed_rank


def test_one_step_is_what_the_bets_pay():
    p = 0.04
    paid = 0.5 + 0.5 * np.mean([power * p ** (power - 1.0) for power in POWERS])
    assert capital_T([p]) == pytest.approx([paid])


def test_an_even_bet_is_fair():
    """Over a uniform p-value capital keeps its mean, whatever came before; p = u^10 tames the pole at 0."""
    before, u = [0.3, 0.01, 0.8], (np.arange(2000) + 0.5) / 2000
    after = np.mean([10 * value**9 * capital_T([*before, value**10])[-1] for value in u])
    assert after == pytest.approx(capital_T(before)[-1], rel=1e-3)


def test_small_pvalues_pay_and_large_ones_cost_little():
    assert capital_T([0.01] * 6)[-1] > 1000.0
    assert 1 / 51 < capital_T([0.9] * 50)[-1] < 1.0


def test_a_late_change_costs_little_more_than_an_early_one():
    late = capital_T([*np.linspace(0.02, 0.98, 60), *[0.01] * 8])
    assert late[-1] > 100.0


def test_ties_are_split_by_lot_the_same_way_each_time():
    assert smoothed_rank(1.0, [1.0] * 9, "a") == smoothed_rank(1.0, [1.0] * 9, "a")
    lots = np.array([smoothed_rank(1.0, [1.0] * 9, str(name)) for name in range(2000)])
    assert lots.mean() == pytest.approx(0.5, abs=0.02)
    assert np.quantile(lots, 0.1) == pytest.approx(0.1, abs=0.02)


def test_ranks_count_those_further_out():
    assert 0.2 < smoothed_rank(7.0, [5.0, 6.0, 8.0, 9.0], "x") * 5 / 2 < 1.5
    assert smoothed_rank(99.0, [1.0, 2.0, 3.0], "x") < 0.25
