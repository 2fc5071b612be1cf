import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vaegis.model.objective import ElboTerms, beta_at


def test_loss_weighs_the_rate():
    terms = ElboTerms(torch.tensor([1.0, 2.0]), torch.tensor([10.0, 20.0]))
    assert terms.loss_N(0.1).tolist() == pytest.approx([2.0, 4.0])
    assert terms.loss_N(1.0).equal(-terms.elbo_N)


@given(step=st.integers(0, 10_000), planned=st.integers(1, 10_000), warmup=st.floats(0, 1), beta=st.floats(0, 8))
def test_beta_rises_to_its_target_and_stays(step, planned, warmup, beta):
    now = beta_at(step, planned_steps=planned, warmup=warmup, beta=beta)
    later = beta_at(step + 1, planned_steps=planned, warmup=warmup, beta=beta)
    assert 0.0 <= now <= later + 1e-12 <= beta + 2e-12
    if step >= warmup * planned:
        assert now == beta


def test_beta_starts_at_zero_and_is_halfway_in_the_middle():
    def at(step):
        return beta_at(step, planned_steps=100, warmup=0.2, beta=4.0)

    assert (at(0), at(10), at(20), at(99)) == (0.0, 2.0, 4.0, 4.0)
    assert beta_at(0, planned_steps=100, warmup=0.0, beta=4.0) == 4.0
