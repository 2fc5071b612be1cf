import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.choose import draw_days, draw_rows, evenly, spread_days, spread_rows

HOURS = pd.Series(pd.date_range("2015-01-01", periods=24 * 100, freq="h", tz="UTC")).dt.floor("D")
TWO = pd.concat([HOURS, HOURS], ignore_index=True)
"""Days of two machines' rows, one machine after the other."""


def passes(days: pd.Series, size: int = 70):
    return lambda: iter([days[start : start + size] for start in range(0, len(days), size)])


def test_even_places_keep_the_ends():
    assert evenly(101, 11).tolist() == list(range(0, 101, 10))
    assert evenly(3, 11).tolist() == [0, 1, 2]
    assert np.flatnonzero(spread_rows(101, 11)).tolist() == list(range(0, 101, 10))


@pytest.mark.parametrize("max_rows", [1, 2, 7, 999])
def test_as_many_rows_are_chosen_as_asked_for(max_rows):
    assert spread_rows(1_000, max_rows).sum() == draw_rows(1_000, max_rows).sum() == max_rows


def test_where_all_rows_fit_all_are_chosen():
    for chosen_M in (
        spread_rows(2_400, 2_400),
        draw_rows(2_400, 2_400),
        spread_days(passes(HOURS), 2_400, 2_400),
        draw_days(passes(HOURS), 2_400, 2_400),
    ):
        assert chosen_M.dtype == bool
        assert chosen_M.sum() == 2_400


def test_days_are_spread_over_the_whole_span():
    chosen = HOURS[spread_days(passes(HOURS), len(HOURS), 240)].unique()
    assert len(chosen) == 10
    assert (chosen[0], chosen[-1]) == (HOURS.iloc[0], HOURS.iloc[-1])


@pytest.mark.parametrize("choose", [spread_days, draw_days])
def test_chosen_days_are_whole_and_every_machine_has_them(choose):
    chosen_M = choose(passes(TWO), len(TWO), 500)
    assert 400 < chosen_M.sum() <= 500
    assert (chosen_M[:2_400] == chosen_M[2_400:]).all()
    assert (pd.Series(chosen_M).groupby(TWO).nunique() == 1).all()


@pytest.mark.parametrize("choose", [spread_days, draw_days])
def test_one_day_is_chosen_however_small_the_limit(choose):
    assert choose(passes(HOURS[:48]), 48, 1).sum() == 24


def test_a_draw_is_the_same_each_time_however_many_rows_come_at_a_time():
    first, again = (draw_days(passes(TWO, size), len(TWO), 500) for size in (70, 10_000))
    assert (first == again).all()
    assert (draw_rows(5_000, 100) == draw_rows(5_000, 100)).all()
    assert not (spread_days(passes(TWO), len(TWO), 500) == first).all()


def test_a_draw_depends_on_the_order_in_which_days_are_met():
    """As it always did: other rows would be other evidence."""
    days, sizes = pd.factorize(TWO)[1], np.full(100, 48)
    order = np.random.default_rng(0).permutation(100)
    expected = days[order[: (np.cumsum(sizes[order]) <= 500).sum()]]
    assert set(TWO[draw_days(passes(TWO), len(TWO), 500)]) == set(expected)
