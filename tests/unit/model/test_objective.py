import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vaegis.model.objective import ElboNetwork, ElboTerms, beta_at, warmup_steps


def test_loss_weighs_the_rate():
    terms = ElboTerms(torch.tensor([1.0, 2.0]), torch.tensor([[4.0, 6.0], [20.0, 0.0]]))
    assert terms.rate_N.tolist() == [10.0, 20.0]
    assert terms.loss_N(0.1).tolist() == pytest.approx([2.0, 4.0])
    assert terms.loss_N(1.0).equal(-terms.elbo_N)


def test_free_bits_charge_a_constant_where_the_mean_rate_is_below_them():
    """Mean rates 3, 0.25 and 0.5: one free nat holds the gradient of the first only."""
    rate_NK = torch.tensor([[4.0, 0.5, 0.0], [2.0, 0.0, 1.0]], requires_grad=True)
    terms = ElboTerms(torch.zeros(2), rate_NK)
    loss_N = terms.loss_N(2.0, free_bits=1.0)
    assert loss_N.tolist() == [2 * (4.0 + 1.0 + 1.0), 2 * (2.0 + 1.0 + 1.0)]
    loss_N.sum().backward()
    assert rate_NK.grad.tolist() == [[2.0, 0.0, 0.0]] * 2


def test_free_bits_follow_the_mean_rate_of_the_whole_batch():
    """What a rank's own rows say does not matter: ranks agree."""
    rate_NK = torch.tensor([[0.5, 3.0]], requires_grad=True)
    ElboTerms(torch.zeros(1), rate_NK).loss_N(1.0, 1.0, torch.tensor([2.0, 0.1])).sum().backward()
    assert rate_NK.grad.tolist() == [[1.0, 0.0]]


def test_a_network_that_watches_nothing_says_nothing():
    class Plain(ElboNetwork):
        def elbo(self, batch, noise_NK):
            return ElboTerms(batch, noise_NK)

    assert Plain().watch(None, None, torch.zeros(1, 2)) == {}


@given(step=st.integers(0, 10_000), planned=st.integers(1, 10_000), warmup=st.floats(0, 1), beta=st.floats(0, 8))
def test_beta_rises_to_its_target_and_stays(step, planned, warmup, beta):
    now = beta_at(step, planned_steps=planned, warmup=warmup, beta=beta)
    later = beta_at(step + 1, planned_steps=planned, warmup=warmup, beta=beta)
    assert 0.0 <= now <= later + 1e-12 <= beta + 2e-12
    if step >= warmup_steps(planned, warmup):
        assert now == beta


@pytest.mark.parametrize(("planned", "warmup"), [(1, 0.25), (1, 1.0), (3, 0.75), (10, 0.95), (100, 1.0)])
def test_the_last_step_of_training_has_the_whole_beta(planned, warmup):
    assert beta_at(planned - 1, planned_steps=planned, warmup=warmup, beta=2.0) == 2.0
    assert warmup_steps(planned, warmup) <= planned - 1


def test_beta_starts_at_zero_and_is_halfway_in_the_middle():
    def at(step):
        return beta_at(step, planned_steps=100, warmup=0.2, beta=4.0)

    assert (at(0), at(10), at(20), at(99)) == (0.0, 2.0, 4.0, 4.0)
    assert beta_at(0, planned_steps=100, warmup=0.0, beta=4.0) == 4.0
