import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaegis.data.tails import TAIL, compress, expand


@given(z=st.floats(-700, 700))
def test_expand_inverts_compress(z):
    assert expand(compress(np.array([z])))[0] == pytest.approx(z, rel=1e-9, abs=1e-12)


@given(z=st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=2, unique=True))
def test_compress_keeps_order_and_is_odd(z):
    low, high = sorted(z)
    assert compress(np.array([low]))[0] <= compress(np.array([high]))[0]
    assert compress(np.array([-low]))[0] == -compress(np.array([low]))[0]
    assert compress(np.array([TAIL]))[0] == TAIL
