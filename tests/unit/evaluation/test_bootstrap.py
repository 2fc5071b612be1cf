import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.bootstrap import MAX_BLOCKS, MIN_BLOCKS, Bootstrap, percentiles

RNG = np.random.default_rng(0)


def test_an_interval_of_independent_rows_is_that_of_the_normal_law():
    values = RNG.normal(3.0, 2.0, 4_000)
    low, high = Bootstrap.of_rows(len(values), 2_000, seed=0).mean(values)
    assert (high - low) / (2 * 1.96 * 2.0 / np.sqrt(4_000)) == pytest.approx(1.0, abs=0.12)
    assert low < 3.0 < high


def test_rows_that_move_together_are_drawn_together():
    """100 days of 50 equal rows hold 100 values: drawn singly, the interval would be seven times too narrow."""
    days = np.repeat(np.arange(100), 50)
    values = RNG.normal(size=100)[days]
    low, high = Bootstrap.of_blocks(days, 1_000, seed=0).mean(values)
    single_low, single_high = Bootstrap.of_rows(len(values), 1_000, seed=0).mean(values)
    assert (high - low) / (2 * 1.96 / np.sqrt(100)) == pytest.approx(1.0, abs=0.2)
    assert (high - low) > 5 * (single_high - single_low)


def test_intervals_hold_the_truth_as_often_as_they_say():
    hits = 0
    for seed in range(200):
        values = np.random.default_rng(seed).exponential(size=300)
        low, high = Bootstrap.of_rows(300, 300, seed).mean(values)
        hits += low < 1.0 < high
    assert 0.90 <= hits / 200 <= 0.98


def test_a_series_is_drawn_by_days_and_events_by_rows(world):
    rows = world.make_rows(days=20)
    of_days = Bootstrap.of_frame(rows, world.SCHEMA, 5, 0)
    assert of_days.counts_RB.shape == (5, 20)
    assert len(np.unique(of_days.block_N[(rows["at"].dt.day == 21).to_numpy()])) == 1
    from dataclasses import replace

    assert Bootstrap.of_frame(rows, replace(world.SCHEMA, cadence_seconds=0.0), 5, 0).counts_RB.shape == (5, MAX_BLOCKS)


def test_too_few_blocks_give_no_interval():
    assert Bootstrap.of_rows(MIN_BLOCKS - 1, 100, 0).mean(np.ones(MIN_BLOCKS - 1)) is None
    assert Bootstrap.of_rows(MIN_BLOCKS, 100, 0).mean(np.ones(MIN_BLOCKS)) == (1.0, 1.0)
    assert Bootstrap.of_rows(0, 100, 0).mean(np.empty(0)) is None


def test_missing_values_do_not_count():
    values = np.r_[np.full(500, np.nan), RNG.normal(size=500)]
    low, high = Bootstrap.of_rows(1_000, 400, 0).mean(values)
    assert low < 0.0 < high
    assert Bootstrap.of_rows(1_000, 400, 0).mean(np.full(1_000, np.nan)) is None


def test_means_are_by_column_and_the_same_draws_serve_other_rows_of_the_blocks():
    values = np.c_[RNG.normal(size=60), np.where(np.arange(60) < 6, np.nan, 2.0)]
    draws = Bootstrap.of_blocks(np.arange(60) // 3, 7, 0)
    weight_RN = draws.counts_RB[:, draws.block_N]
    np.testing.assert_allclose(draws.means(values), np.c_[weight_RN @ values[:, 0] / 60, np.full(7, 2.0)])
    others = np.array([0, 0, 19])
    seen = draws.over(others).means(np.array([[1.0], [3.0], [8.0]]))[:, 0]
    first, last = draws.counts_RB[:, 0], draws.counts_RB[:, 19]
    known = first + last > 0
    np.testing.assert_allclose(seen[known], (4 * first + 8 * last)[known] / (2 * first + last)[known])


def test_sums_are_those_of_the_blocks_as_often_as_drawn():
    values = RNG.normal(size=(60, 2))
    draws = Bootstrap.of_blocks(np.arange(60) // 3, 7, 0)
    assert (draws.counts_RB.sum(axis=1) == 20).all()
    by_row = np.array([counts_B[draws.block_N] @ values for counts_B in draws.counts_RB])
    np.testing.assert_allclose(draws.sums(values), by_row)


def test_percentiles_need_replicates_that_are_numbers():
    assert percentiles(np.r_[np.full(20, np.nan), np.zeros(80)]) is None
    assert percentiles(np.empty(0)) is None
    assert percentiles(pd.Series(range(1001)).to_numpy(dtype=float)) == pytest.approx((25.0, 975.0))
