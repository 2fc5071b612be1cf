import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vaegis.data.moments import Moments

CELLS = st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")))


@given(x_ND=arrays(np.float64, (40, 3), elements=CELLS), cut=st.integers(0, 40))
def test_blocks_give_what_all_rows_at_once_give(x_ND, cut):
    whole, parts = Moments(3), Moments(3)
    whole.add(x_ND)
    parts.add(x_ND[:cut])
    parts.add(x_ND[cut:])
    np.testing.assert_array_equal(parts.count_D, np.isfinite(x_ND).sum(0))
    for part, all_ in zip(parts.measure(), whole.measure(), strict=True):
        np.testing.assert_allclose(part, all_, rtol=1e-6, atol=1e-5)


def test_matches_numpy_and_survives_a_large_offset():
    x_ND = 1e9 + np.random.default_rng(0).normal(size=(10_000, 1)) * 100
    moments = Moments(1)
    for block in np.array_split(x_ND, 7):
        moments.add(block)
    center_D, scale_D = moments.measure()
    np.testing.assert_allclose(center_D, x_ND.mean(0), rtol=1e-12)
    np.testing.assert_allclose(scale_D, x_ND.std(0), rtol=1e-6)


def test_constant_and_empty_columns_get_scale_one():
    moments = Moments(3)
    moments.add(np.array([[0.1, 0.0, np.nan]] * 7))
    center_D, scale_D = moments.measure()
    assert scale_D.tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(center_D, [0.1, 0.0, np.nan])


@pytest.mark.parametrize("wild", [1e9, -1e12, 1e300])
def test_a_few_wild_values_do_not_take_the_scale_from_the_others(wild):
    x_ND = np.random.default_rng(0).normal(5.0, 2.0, size=(10_000, 2))
    usual, moments = Moments(2), Moments(2)
    usual.add(x_ND)
    x_ND[[17, 4_000], 0] = wild
    for block in np.array_split(x_ND, 3):
        moments.add(block)
    np.testing.assert_allclose(moments.measure(), usual.measure(), rtol=0.02)


def test_a_heavy_tail_and_rare_events_are_no_wild_values():
    random = np.random.default_rng(0)
    x_ND = np.stack([random.lognormal(0, 2, 10_000), random.random(10_000) < 0.0005], axis=1)
    moments = Moments(2)
    moments.add(x_ND)
    np.testing.assert_allclose(moments.measure(), (x_ND.mean(0), x_ND.std(0)), rtol=1e-9)


def test_long_streams_are_thinned_whatever_their_blocks(monkeypatch):
    monkeypatch.setattr("vaegis.data.moments.KEPT_CELLS", 500)
    x_ND = np.random.default_rng(0).normal(size=(5_000, 1))
    x_ND[123] = 1e15
    found = []
    for count in (1, 7, 50):
        moments = Moments(1)
        for block in np.array_split(x_ND, count):
            moments.add(block)
        assert 500 <= sum(len(block) for block in moments._kept) <= 1_000
        found.append(np.concatenate(moments.measure()))
    np.testing.assert_allclose(found, [found[0]] * 3)
    assert found[0][1] < 2.0
