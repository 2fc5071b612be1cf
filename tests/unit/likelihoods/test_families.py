import pytest
import torch

from vaegis.likelihoods import FAMILY_OF_KIND, LIKELIHOODS

NUM_LEVELS = {"values": (0, 0, 0), "codes": (2, 5, 1)}


@pytest.fixture(params=LIKELIHOODS)
def family(request):
    kind = LIKELIHOODS[request.param]
    return kind(NUM_LEVELS[kind.reads], 0.02)


def draw(family, num_rows: int = 4, seed: int = 0):
    params = torch.randn(num_rows, family.num_params, generator=torch.Generator().manual_seed(seed))
    return family.likelihood(params.requires_grad_()), params


def cells(family, num_rows: int = 4) -> torch.Tensor:
    if family.reads == "values":
        return torch.randn(num_rows, 3, generator=torch.Generator().manual_seed(1))
    return torch.tensor([[1, 5, 1], [2, 1, 1], [1, 3, 1], [2, 2, 1]])[:num_rows]


def test_every_kind_of_feature_has_a_family():
    assert set(FAMILY_OF_KIND.values()) <= set(LIKELIHOODS)


def test_shapes_and_finite_gradients(family):
    likelihood, params = draw(family)
    log_prob = likelihood.log_prob_NG(cells(family))
    assert log_prob.shape == (4, 3)
    log_prob.sum().backward()
    assert params.grad.isfinite().all()
    assert likelihood.expected_NG().shape == (4, 3)
    assert likelihood.sample_NG(torch.Generator().manual_seed(0)).shape == (4, 3)


def test_no_rows_are_no_trouble(family):
    likelihood, _ = draw(family, num_rows=0)
    assert likelihood.log_prob_NG(cells(family)[:0]).shape == (0, 3)


def test_samples_follow_the_generator(family):
    likelihood, _ = draw(family)
    first, again, other = (likelihood.sample_NG(torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert first.equal(again)
    assert family.reads == "codes" or not first.equal(other)


def test_expected_is_a_most_probable_value(family):
    likelihood, _ = draw(family)
    best = likelihood.log_prob_NG(likelihood.expected_NG())
    for seed in range(20):
        drawn = likelihood.sample_NG(torch.Generator().manual_seed(seed))
        assert (likelihood.log_prob_NG(drawn) <= best + 1e-5).all()


def test_codes_stay_within_the_levels_of_their_column():
    family = LIKELIHOODS["categorical"]((2, 5, 1), 0.02)
    likelihood = family.likelihood(torch.zeros(500, family.num_params))
    drawn = likelihood.sample_NG(torch.Generator().manual_seed(0))
    assert drawn.amin(0).tolist() == [1, 1, 1]
    assert drawn.amax(0).tolist() == [2, 5, 1]
    with pytest.raises(TypeError, match="levels have no mean"):
        likelihood.moments_NG()


def test_extreme_logits_stay_finite():
    family = LIKELIHOODS["categorical"]((3,), 0.02)
    params = torch.tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    log_prob = family.likelihood(params).log_prob_NG(torch.tensor([[2]]))
    log_prob.sum().backward()
    assert log_prob.isfinite().all()
    assert params.grad.isfinite().all()


def test_sigma_keeps_its_floor():
    family = LIKELIHOODS["gaussian"]((0,), 0.1)
    _, sigma = family.likelihood(torch.tensor([[0.0, -80.0]])).moments_NG()
    assert sigma.item() == pytest.approx(0.1)
