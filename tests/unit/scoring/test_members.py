import math

import pytest
import torch

from vaegis.scoring.members import HIDDEN, MIN_SIGMA, NARROW, Members


def make(count=3, numeric=2, levels=(3,)):
    share_L = torch.full((sum(levels),), 1.0 / max(sum(levels), 1))
    return Members(count, numeric, levels, share_L, torch.Generator().manual_seed(0)).requires_grad_(
        requires_grad=False
    )


def rows(members, num_rows=5):
    width = members.num_numeric + sum(members.num_levels)
    x_NW = torch.randn(num_rows, width, generator=torch.Generator().manual_seed(1))
    if members.num_levels:
        x_NW[:, members.num_numeric :] = torch.eye(3)[torch.arange(num_rows) % 3] - members.share_L
    return x_NW.expand(members.count, -1, -1), torch.ones(members.count, num_rows, width)


def test_each_member_is_a_network_of_its_own():
    members = make()
    reading = members(*rows(members))
    assert reading.residual_ENW.shape == (3, 5, 5)
    assert not reading.latent_ENK[0].equal(reading.latent_ENK[1])
    one = make(count=1)
    one.load_state_dict({name: w[1:2] if name != "share_L" else w for name, w in members.state_dict().items()})
    torch.testing.assert_close(one(*rows(one)).nll_ENW[0], reading.nll_ENW[1])


def test_likelihood_is_a_normal_and_a_probability():
    members = make()
    x_ENW, observed_ENW = rows(members)
    reading = members(x_ENW, observed_ENW)
    sigma = MIN_SIGMA + math.log(2.0)  # softplus(0)
    normal = torch.distributions.Normal(torch.zeros(()), sigma).log_prob(reading.residual_ENW[..., :2])
    torch.testing.assert_close(reading.nll_ENW[..., :2], -normal - 0.5 * math.log(2 * math.pi))
    missed = reading.residual_ENW[..., 2:].clamp_min(0).sum(-1)  # 1 - p of the level
    torch.testing.assert_close(reading.nll_ENW[..., 2:].sum(-1), -(1 - missed).log())
    torch.testing.assert_close(reading.residual_ENW[..., 2:].sum(-1), torch.zeros(3, 5), atol=1e-6, rtol=0)


def test_divergence_is_that_of_two_normals():
    members = make(count=1)
    reading = members(*rows(members))
    assert (reading.kl_EN >= 0).all()
    noisy = members(*rows(members), torch.ones_like(reading.latent_ENK))
    std = noisy.latent_ENK - reading.latent_ENK
    prior = torch.distributions.Normal(0.0, 1.0)
    exact = torch.distributions.kl_divergence(torch.distributions.Normal(reading.latent_ENK, std), prior).sum(-1)
    torch.testing.assert_close(reading.kl_EN, exact)


def test_missing_cells_have_no_part():
    members = make()
    x_ENW, observed_ENW = rows(members)
    observed_ENW[..., 0] = 0.0
    reading = members(x_ENW * observed_ENW, observed_ENW)
    assert reading.nll_ENW[..., 0].eq(0).all()
    assert reading.residual_ENW[..., 0].eq(0).all()


@pytest.mark.parametrize(("numeric", "levels"), [(4, ()), (0, (3,))])
def test_numbers_or_levels_alone(numeric, levels):
    members = make(numeric=numeric, levels=levels)
    assert members(*rows(members)).nll_ENW.isfinite().all()


def test_size_follows_the_width():
    assert [make(numeric=n, levels=()).latent_dim for n in (1, 4, 20, 400)] == [2, 2, 10, 16]
    assert make(numeric=300, levels=()).encoder[0].shape[1] == HIDDEN[0]
    assert make(numeric=301, levels=()).encoder[0].shape[1] == NARROW[0]
