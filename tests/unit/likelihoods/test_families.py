import pytest
import torch

from vaegis.contract import KINDS
from vaegis.likelihoods import FAMILY_OF_KIND, LIKELIHOODS, ColumnFacts
from vaegis.likelihoods.categorical import CategoricalLikelihood

UNMODELLED = {"text", "identifier"}


@pytest.fixture
def family(families, family_name):
    return families.make_family(family_name, 0.02)


@pytest.fixture
def cells(families, family_name) -> torch.Tensor:
    places, _ = families.measure_of(family_name)
    picked = places[torch.linspace(0, len(places) - 1, 4).round().long()]
    return picked if picked.dtype == torch.long else picked.float()


def draw(family, num_rows: int = 4, seed: int = 0):
    params = torch.randn(num_rows, family.num_params, generator=torch.Generator().manual_seed(seed))
    return family.likelihood(params.requires_grad_()), params


def levels(*counts: int) -> list[ColumnFacts]:
    return [ColumnFacts(num_levels=count) for count in counts]


def test_every_kind_of_feature_has_a_family():
    assert set(FAMILY_OF_KIND.values()) <= set(LIKELIHOODS)
    assert set(FAMILY_OF_KIND) == set(KINDS) - UNMODELLED


def test_shapes_and_finite_gradients(family, cells):
    likelihood, params = draw(family)
    log_prob = likelihood.log_prob_NG(cells)
    assert log_prob.shape == (4, 3)
    assert log_prob.dtype == torch.float32
    log_prob.sum().backward()
    assert params.grad.isfinite().all()
    assert all(learned.grad.isfinite().all() for learned in family.parameters())
    assert all(learned.ndim == 1 for learned in family.parameters())  # weight decay is for matrices
    assert likelihood.expected_NG().shape == (4, 3)
    assert likelihood.sample_NG(torch.Generator().manual_seed(0)).shape == (4, 3)


def test_no_rows_are_no_trouble(family, cells):
    likelihood, _ = draw(family, num_rows=0)
    assert likelihood.log_prob_NG(cells[:0]).shape == (0, 3)
    assert likelihood.sample_NG(torch.Generator()).shape == (0, 3)


def test_wild_parameters_and_cells_stay_finite(family, cells):
    """A network that has gone astray must be able to come back, and a wild cell has a finite score."""
    for size in (1e-30, 50.0, 1e4):
        params = (size * torch.tensor([[1.0], [-1.0], [1.0], [0.0]])).repeat(1, family.num_params).requires_grad_()
        wild = cells if cells.dtype == torch.long else cells.sign() * torch.tensor([[0.0], [712.0], [30.0], [15.0]])
        log_prob = family.likelihood(params).log_prob_NG(wild)
        assert log_prob.isfinite().all()
        log_prob.sum().backward()
        assert params.grad.isfinite().all()


def test_samples_follow_the_generator(family):
    likelihood, _ = draw(family)
    first, again, other = (likelihood.sample_NG(torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert first.equal(again)
    assert family.reads == "codes" or not first.equal(other)


def test_levels_are_expected_to_be_the_most_probable(family):
    if family.reads == "values":
        return
    likelihood, _ = draw(family)
    best = likelihood.log_prob_NG(likelihood.expected_NG())
    for seed in range(20):
        drawn = likelihood.sample_NG(torch.Generator().manual_seed(seed))
        assert (likelihood.log_prob_NG(drawn) <= best + 1e-5).all()


def test_amounts_are_expected_at_their_mean_and_levels_have_none(family, cells):
    likelihood, _ = draw(family)
    if family.reads == "values":
        mean, std = likelihood.moments_NG()
        assert likelihood.expected_NG().equal(mean)
        assert (std > 0).all()
        torch.testing.assert_close(likelihood.residual_NG(mean), torch.zeros(4, 3))
        return
    with pytest.raises(TypeError, match="levels have no mean"):
        likelihood.moments_NG()
    with pytest.raises(TypeError, match="levels have no mean to be away from"):
        likelihood.residual_NG(cells)


@pytest.mark.parametrize(
    ("name", "counts"), [("categorical", (2, 5, 1)), ("ordinal", (2, 5, 1)), ("bernoulli", (2, 1))]
)
def test_codes_stay_within_the_levels_of_their_column(name, counts):
    family = LIKELIHOODS[name](levels(*counts), 0.02)
    likelihood = family.likelihood(torch.zeros(500, family.num_params))
    drawn = likelihood.sample_NG(torch.Generator().manual_seed(0))
    assert drawn.amin(0).tolist() == [1] * len(counts)
    assert drawn.amax(0).tolist() == list(counts)
    nothing = family.likelihood(torch.full((5, family.num_params), torch.nan))
    assert nothing.sample_NG(torch.Generator().manual_seed(0)).unique().tolist() == [1], "a network that diverged"


def test_extreme_logits_stay_finite():
    family = LIKELIHOODS["categorical"](levels(3), 0.02)
    params = torch.tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    log_prob = family.likelihood(params).log_prob_NG(torch.tensor([[2]]))
    log_prob.sum().backward()
    assert log_prob.isfinite().all()
    assert params.grad.isfinite().all()


@pytest.mark.parametrize("name", ["gaussian", "student_t"])
def test_sigma_keeps_its_floor(name):
    family = LIKELIHOODS[name]([ColumnFacts()], 0.1)
    likelihood = family.likelihood(torch.tensor([[0.0, -80.0]]))
    spread = likelihood.sigma_NG if name == "gaussian" else likelihood.scale_NG
    assert spread.item() == pytest.approx(0.1)


def test_one_spread_for_all_rows_is_learned_and_floored():
    family = LIKELIHOODS["gaussian_fixed"]([ColumnFacts()] * 2, 0.1)
    assert family.num_params == 2
    family.raw_sigma_G.data[:] = torch.tensor([-80.0, 1.0])
    _, sigma = family.likelihood(torch.randn(3, 2)).moments_NG()
    assert sigma[:, 0].tolist() == pytest.approx([0.1] * 3)
    assert sigma.std(0).eq(0).all()


def test_levels_in_order_rise_with_the_location():
    family = LIKELIHOODS["ordinal"](levels(5), 0.02)
    expected = family.likelihood(torch.tensor([[-9.0], [-2.0], [0.0], [2.0], [9.0]])).expected_NG()
    assert expected.flatten().tolist() == [1, 2, 3, 4, 5]


def test_a_point_is_drawn_exactly_and_has_a_mass():
    family = LIKELIHOODS["spike"]([ColumnFacts(points=(0.3, -2.0)), ColumnFacts(points=(1.0,))], 0.02)
    likelihood = family.likelihood(torch.zeros(1_000, family.num_params))
    drawn = likelihood.sample_NG(torch.Generator().manual_seed(0))
    points = torch.tensor([[0.3, -2.0]])
    shares = (drawn[:, :1] == points).float().mean(0)
    assert shares.tolist() == pytest.approx([1 / 3, 1 / 3], abs=0.05)
    assert (drawn[:, 1] == 1.0).float().mean().item() == pytest.approx(0.5, abs=0.06)
    mass = likelihood.log_prob_NG(torch.tensor([[0.3, 1.0]]).expand(1_000, -1))[0].exp()
    assert mass.tolist() == pytest.approx([1 / 3, 1 / 2])


def test_a_count_below_zero_is_worse_than_zero_by_its_distance():
    family = LIKELIHOODS["poisson"]([ColumnFacts(center=4.0, scale=2.0)], 0.1)
    likelihood = family.likelihood(torch.zeros(3, 1))
    log_prob = likelihood.log_prob_NG(torch.tensor([[-2.0], [-2.5], [-3.0]])).flatten()
    assert log_prob.tolist() == pytest.approx([-4.0, -9.0, -14.0])


def test_angles_that_are_one_direction_are_one_value():
    family = LIKELIHOODS["circular"]([ColumnFacts()], 0.02)
    likelihood = family.likelihood(torch.tensor([[-1.5, 0.1]]))
    seam = torch.tensor([[torch.pi], [-torch.pi]])
    torch.testing.assert_close(*likelihood.log_prob_NG(seam))
    torch.testing.assert_close(*likelihood.residual_NG(seam))
    assert likelihood.residual_NG(seam).abs().max() < 1


def test_a_level_without_mass_is_never_drawn_and_the_same_seed_draws_the_same():
    share = torch.tensor([[[0.25, 0.0, 0.75, 0.0]]]).expand(40_000, 1, 4)
    law = CategoricalLikelihood(share.log())
    drawn = law.sample_NG(torch.Generator().manual_seed(0))
    assert drawn.equal(law.sample_NG(torch.Generator().manual_seed(0)))
    assert drawn.unique().tolist() == [1, 3]
    assert (drawn == 1).float().mean().item() == pytest.approx(0.25, abs=0.01)
