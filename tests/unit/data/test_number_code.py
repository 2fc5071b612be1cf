import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaegis.data.number_code import MAX_BINS, MAX_SPIKES, MIN_ROWS, NumberCode

NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.integers(-5, 5).map(float), st.just(np.nan))


def uniform(size: int) -> np.ndarray:
    return np.random.default_rng(0).random(size)


@given(st.lists(NUMBERS, min_size=1, max_size=300), st.integers(0, 2**32 - 1))
def test_codes_survive_decoding(values, seed):
    values = np.asarray(values)
    code = NumberCode.fit([values])
    codes = code.encode(values)
    drawn = code.decode(codes, np.random.default_rng(seed).random(len(codes)))
    assert (code.encode(drawn) == codes).all()
    assert (np.isnan(drawn) == np.isnan(values)).all()
    assert codes.max() < code.num_levels


@pytest.mark.parametrize("decimals", [None, 2, 0, -2])
def test_interpolated_values_stay_on_the_grid_in_their_bin_and_in_range(decimals):
    values = np.random.default_rng(1).lognormal(8, 2, 60_000)
    values = values if decimals is None else np.round(values, decimals)
    values[::3] = 100.0
    code = NumberCode.fit([values[:20_000], values[20_000:]])
    assert code.smooth
    assert code.decimals == decimals
    codes = code.encode(values)
    drawn = code.decode(codes, uniform(len(codes)))
    assert (code.encode(drawn) == codes).all()
    assert values.min() <= drawn.min()
    assert drawn.max() <= values.max()
    assert decimals is None or np.array_equal(np.round(drawn, decimals), drawn)
    assert np.quantile(drawn, [0.5, 0.9, 0.99]) == pytest.approx(np.quantile(values, [0.5, 0.9, 0.99]), rel=0.05)


def test_frequent_values_are_levels_and_come_back_exactly():
    values = np.repeat([0.0, 1.5, 7.0], [50, MIN_ROWS, 200])
    code = NumberCode.fit([values])
    assert code.spikes.tolist() == [0.0, 1.5, 7.0]
    assert not len(code.starts)
    assert (code.decode(code.encode(values), uniform(len(values))) == values).all()
    assert code.mass_L.tolist() == pytest.approx([0, 50 / 258, 8 / 258, 200 / 258])


def test_rare_values_come_back_by_their_frequency():
    values = np.concatenate([np.zeros(100), [1.0] * 6, [2.0] * 2])
    code = NumberCode.fit([values])
    drawn = code.decode(np.full(8_000, 2, dtype=np.int16), uniform(8_000))
    assert set(drawn) == {1.0, 2.0}
    assert (drawn == 1.0).mean() == pytest.approx(0.75, abs=0.02)


def test_number_of_levels_is_bounded_and_the_tails_have_bins_of_their_own():
    values = np.concatenate([np.random.default_rng(2).normal(size=100_000), np.repeat(np.arange(400.0), 9)])
    code = NumberCode.fit([values])
    assert len(code.spikes) == MAX_SPIKES
    assert len(code.starts) <= MAX_BINS + 6
    mass = code.mass_L[1 + MAX_SPIKES :]
    assert mass[0] < 0.2 / MAX_BINS
    assert mass[-1] < 0.2 / MAX_BINS


def test_values_never_seen_get_the_bin_around_or_the_nearest_level():
    binned = NumberCode.fit([np.arange(1_000.0)])
    assert binned.encode(np.asarray([-50.0, 0.0])).tolist() == [1, 1]
    assert binned.encode(np.asarray([5_000.0])).tolist() == [binned.num_levels - 1]
    spiked = NumberCode.fit([np.repeat([0.0, 10.0], 50)])
    assert spiked.encode(np.asarray([-3.0, 4.0, 6.0, 99.0])).tolist() == [1, 1, 2, 2]


def test_a_column_without_values_is_missing():
    code = NumberCode.fit([np.full(5, np.nan)])
    assert code.num_levels == 1
    assert code.encode(np.asarray([np.nan, 3.0])).tolist() == [0, 0]
    assert np.isnan(code.decode(np.zeros(2, dtype=np.int16), np.zeros(2))).all()


def test_a_number_within_the_range_is_known_and_a_missing_one_where_there_were_some():
    code = NumberCode.fit([np.asarray([1.0, 1.5, 4.0])])
    assert code.knows(np.asarray([1.0, 4.0, 2.0, 0.9, 4.1, np.nan])).tolist() == [True] * 3 + [False] * 3
    assert NumberCode.fit([np.asarray([1.0, np.nan])]).knows(np.asarray([np.nan])).all()
    assert NumberCode.fit([np.asarray([np.nan])]).knows(np.asarray([np.nan, 0.0])).tolist() == [True, False]


def test_ranks_rise_with_values():
    code = NumberCode.fit([np.concatenate([np.zeros(500), np.random.default_rng(0).normal(size=5_000)])])
    bins = code.position_L[1 + len(code.spikes) :]
    assert (np.diff(bins) > 0).all()
    assert 0.0 < bins.min() < 0.01
    assert 0.99 < bins.max() < 1.0


@pytest.mark.parametrize("num_values", [100, 5_000])
def test_json_keeps_everything(num_values):
    values = np.random.default_rng(0).normal(size=num_values)
    code = NumberCode.fit([values])
    again = NumberCode.from_json(json.loads(json.dumps(code.to_json())))
    codes = code.encode(values)
    assert (again.encode(values) == codes).all()
    assert (again.decode(codes, uniform(num_values)) == code.decode(codes, uniform(num_values))).all()
    assert again.to_json() == code.to_json()
