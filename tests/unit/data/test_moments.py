import numpy as np
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
    np.testing.assert_allclose(parts.mean_D, whole.mean_D, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(parts.scale_D(), whole.scale_D(), rtol=1e-6, atol=1e-5)


def test_matches_numpy_and_survives_a_large_offset():
    x_ND = 1e9 + np.random.default_rng(0).normal(size=(10_000, 1)) * 100
    moments = Moments(1)
    for block in np.array_split(x_ND, 7):
        moments.add(block)
    np.testing.assert_allclose(moments.mean_D, x_ND.mean(0), rtol=1e-12)
    np.testing.assert_allclose(moments.scale_D(), x_ND.std(0), rtol=1e-6)


def test_constant_and_empty_columns_get_scale_one():
    moments = Moments(3)
    moments.add(np.array([[0.1, 0.0, np.nan]] * 7))
    assert moments.scale_D().tolist() == [1.0, 1.0, 1.0]
