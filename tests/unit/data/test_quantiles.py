import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaegis.data.quantiles import KNOTS, Quantiles, quantiles_of

AMOUNTS = st.floats(-1e9, 1e9).map(lambda value: round(value, 9))
"""Over gaps of 1e-300 whatever lies beyond is beyond all floats: it has a score, and does not come back."""


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(AMOUNTS, min_size=2, max_size=50, unique=True),
    asked=st.lists(st.floats(-2e9, 2e9), min_size=1, max_size=20),
)
def test_values_come_back_and_keep_their_order(values, asked):
    quantiles = Quantiles.fit(np.asarray(values))
    if quantiles is None:  # closer than double precision can tell quantiles apart
        assert np.ptp(values) < 1e-3
        return
    x_N = np.sort(asked)
    z_N = quantiles.score(x_N)
    assert np.isfinite(z_N).all()
    assert (np.diff(z_N) >= -1e-15).all()
    widest = max(np.diff(quantiles.x_K).max(), np.abs(x_N).max())
    np.testing.assert_allclose(quantiles.value(z_N), x_N, rtol=1e-9, atol=1e-9 * widest)


def test_scores_are_standard_normal_whatever_the_shape():
    x_N = np.random.default_rng(0).lognormal(sigma=2.0, size=5_000)
    z_N = Quantiles.fit(x_N).score(x_N)
    assert (z_N.mean(), z_N.std()) == (pytest.approx(0.0, abs=0.02), pytest.approx(1.0, abs=0.02))
    assert ((z_N**4).mean() / z_N.var() ** 2) == pytest.approx(3.0, abs=0.2)


def test_ties_are_one_knot_and_constants_have_none():
    quantiles = Quantiles.fit(np.repeat([0.0, 1.0, 7.0], [500, 300, 200]))
    assert quantiles.x_K.tolist() == [0.0, 1.0, 7.0]
    assert (np.diff(quantiles.z_K) > 0).all()
    assert Quantiles.fit(np.full(100, 3.0)) is None
    assert Quantiles.fit(np.zeros(0)) is None


def test_json_is_exact_and_small():
    quantiles = Quantiles.fit(np.random.default_rng(0).normal(size=20_000))
    assert len(quantiles.x_K) == KNOTS
    again = quantiles_of(json.loads(json.dumps(quantiles.to_json())))
    assert again.x_K.tolist() == quantiles.x_K.tolist()
    assert again.z_K.tolist() == quantiles.z_K.tolist()
    assert quantiles_of(None) is None
