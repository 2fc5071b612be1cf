import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vaegis.data import tails
from vaegis.likelihoods import ColumnFacts
from vaegis.likelihoods.units import Units, compress, expand


@given(z=st.floats(-600, 600))
def test_tails_are_those_of_the_transform(z):
    assert compress(torch.tensor([z], dtype=torch.float64)).item() == pytest.approx(tails.compress(np.array([z]))[0])
    a = tails.compress(np.array([z]))
    assert expand(torch.from_numpy(a)).item() == pytest.approx(tails.expand(a)[0], rel=1e-9, abs=1e-12)


@given(count=st.integers(0, 10**6))
def test_counts_come_back_from_single_precision(count):
    units = Units([ColumnFacts(center=30.0, scale=12.0)])
    z = units.standardise(torch.tensor([[float(count)]], dtype=torch.float64)).float()
    assert units.of(z).item() == pytest.approx(count, rel=3e-6, abs=1e-4)


def test_moments_are_scaled_and_flatten_in_the_tails():
    units = Units([ColumnFacts(center=10.0, scale=5.0)])
    mean, std = units.moments(torch.tensor([[15.0], [10.0 + 5 * 7.0]]), torch.tensor([[2.5], [2.5]]))
    assert mean.flatten().tolist() == pytest.approx([1.0, 3.0 + np.log1p(4.0)])
    assert std.flatten().tolist() == pytest.approx([0.5, 0.5 / 5.0])
