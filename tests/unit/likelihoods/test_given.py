import torch

from vaegis.likelihoods.given import Given

CELLS = torch.tensor([[1.0, -2.0]])


def test_what_is_given_passes_through_and_costs_nothing():
    given = Given(CELLS)
    assert given.log_prob_NG(CELLS + 1).eq(0).all()
    assert given.residual_NG(CELLS + 1).eq(0).all()
    assert given.expected_NG().equal(CELLS)
    assert given.sample_NG(torch.Generator()).equal(CELLS)
    mean, std = given.moments_NG()
    assert mean.equal(CELLS)
    assert std.eq(0).all()
