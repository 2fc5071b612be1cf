"""Intervals from halves of the rows hold the truth as often as they say, where a bootstrap would lie beside it."""

import numpy as np
import pytest
from scipy.stats import binom, ks_2samp, norm

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.gaps import gap_between, gap_to_uniform, variation_between
from vaegis.evaluation.halves import halve, spread

TIMES = 120
LEAST, MOST = binom.ppf([0.001, 0.999], TIMES, 0.95) / TIMES
"""What a share of 95 % may come to in so many repetitions."""


def of_blocks(blocks, each, seed):
    return halve(Bootstrap.of_blocks(np.repeat(np.arange(blocks), each), 1, 0), seed)


def covered(once, truth):
    """Return the share of repetitions whose interval holds the truth; `once` gives a figure, its halves and draws."""
    hits = 0
    for seed in range(TIMES):
        value, figure_H = once(np.random.default_rng(seed), seed)
        low, high = spread(value, figure_H, 0.0, 1.0)
        hits += low <= truth <= high
    return hits / TIMES


def test_total_variation_of_two_laws():
    def once(rng, seed):
        here, there = (rng.random(600) < 0.5).astype(int), (rng.random(400) < 0.3).astype(int)
        draws = of_blocks(200, 3, seed), of_blocks(100, 4, seed + 1)
        return abs(here.mean() - there.mean()), variation_between(here, there, draws)

    assert LEAST <= covered(once, 0.2) <= MOST


def test_kolmogorov_smirnov_distance_of_two_laws():
    def once(rng, seed):
        here, there = rng.normal(2.0, 1.0, 600), rng.normal(size=600)
        draws = of_blocks(200, 3, seed), of_blocks(200, 3, seed + 1)
        return ks_2samp(here, there).statistic, gap_between(here, there, draws)

    assert LEAST <= covered(once, 2 * norm.cdf(1.0) - 1) <= MOST


@pytest.mark.parametrize("together", [True, False], ids=["days", "rows"])
def test_rows_that_move_together_are_halved_together(together):
    """60 days of 20 rows that share a level: halves of single rows think that they know far more."""

    def once(rng, seed):
        here = np.repeat(rng.normal(2.0, 1.0, 60), 20) + rng.normal(0.0, 0.3, 1_200)
        there = rng.normal(0.0, np.hypot(1.0, 0.3), 1_200)
        draws = of_blocks(60, 20, seed) if together else of_blocks(1_200, 1, seed), of_blocks(200, 6, seed + 1)
        return ks_2samp(here, there).statistic, gap_between(here, there, draws)

    share = covered(once, 2 * norm.cdf(1.0 / np.hypot(1.0, 0.3)) - 1)
    assert LEAST <= share <= MOST if together else share < 0.7


def test_a_distance_of_equal_laws_is_held_to_what_so_many_rows_give():
    """Where the truth is 0 a distance is noise: the interval holds its mean at this size."""
    samples = np.random.default_rng(0).random((400, 300))
    usual = np.mean([np.abs(np.sort(u) - np.arange(1, 301) / 300).max() for u in samples])

    def once(rng, seed):
        value_N = rng.random(300)
        gaps_H = gap_to_uniform(value_N, of_blocks(100, 3, seed))
        return np.abs(np.sort(value_N) - np.arange(1, 301) / 300).max(), gaps_H

    assert covered(once, usual) >= LEAST
    again = Bootstrap.of_blocks(np.arange(300), 400, 0)
    value_N = np.random.default_rng(1).random(300)
    value = np.abs(np.sort(value_N) - np.arange(1, 301) / 300).max()
    assert np.mean(gap_to_uniform(value_N, again)) > 1.2 * value, "drawn with replacement it only grows"
