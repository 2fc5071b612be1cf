"""Every family is a distribution: it sums to one, its gradients are right, its samples have its moments."""

import pytest
import torch

from vaegis.likelihoods import LIKELIHOODS

NUM_SAMPLES = 40_000
NUMERIC = [name for name, kind in LIKELIHOODS.items() if kind.reads == "values"]


def some_params(family, num_rows: int = 1, seed: int = 0) -> torch.Tensor:
    return torch.randn(num_rows, family.num_params, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def mass_of(families, name: str, family=None, params=None) -> tuple[torch.Tensor, torch.Tensor, object]:
    """Return places (M, 3), the probability at each (M, 3), and the distribution at all of them."""
    places, weight = families.measure_of(name)
    family = family or families.make_family(name).double()
    params = some_params(family) if params is None else params
    likelihood = family.likelihood(params.expand(len(places), -1))
    return places, (likelihood.log_prob_NG(places).exp() * weight).detach(), likelihood


def test_integrates_or_sums_to_one(families, family_name):
    _, mass, _ = mass_of(families, family_name)
    torch.testing.assert_close(mass.sum(0), torch.ones(3, dtype=torch.float64), rtol=0, atol=1e-6)


def test_levels_that_a_column_does_not_have_are_impossible(families, family_name):
    if LIKELIHOODS[family_name].reads == "codes":
        family = families.make_family(family_name).double()
        log_prob = family.likelihood(some_params(family)).log_prob_NGK[0]
        for column, facts in enumerate(families.columns_of(family_name)):
            assert log_prob[column, facts.num_levels :].eq(-torch.inf).all()


def test_gradients_match_finite_differences(families, family_name):
    family = families.make_family(family_name).double()
    places, _ = families.measure_of(family_name)
    picked = places[torch.linspace(0, len(places) - 1, 7).round().long()[1:6]]
    if LIKELIHOODS[family_name].over == "line":
        picked = torch.cat([torch.linspace(-4, 4, 5, dtype=torch.float64).unsqueeze(1).expand(-1, 3), places[-2:]])
    elif LIKELIHOODS[family_name].over == "counts":
        picked = places[[0, 1, 4, 11, 60]]
    params = some_params(family, len(picked)).requires_grad_()
    learned = dict(family.named_parameters())

    def log_prob(given, *values):
        held = dict(zip(learned, values, strict=True))
        return torch.func.functional_call(Whole(family, picked), {f"family.{k}": v for k, v in held.items()}, given)

    values = tuple(value.detach().clone().requires_grad_() for value in learned.values())
    assert torch.autograd.gradcheck(log_prob, (params, *values), eps=1e-6, atol=1e-6)


class Whole(torch.nn.Module):
    """A family and the cells it is asked about."""

    def __init__(self, family, cells):
        super().__init__()
        self.family, self.cells = family, cells

    def forward(self, params):
        return self.family.likelihood(params).log_prob_NG(self.cells)


@pytest.mark.parametrize("name", NUMERIC)
def test_moments_are_those_of_the_density(families, name):
    places, mass, likelihood = mass_of(families, name)
    if LIKELIHOODS[name].over == "counts":  # to first order in the tails of the scale: here there are none to speak of
        family = families.make_family(name).double()
        quiet = torch.full((1, family.num_params), -0.3, dtype=torch.float64)
        quiet[:, 3:] = 3.0
        places, mass, likelihood = mass_of(families, name, family, quiet)
    mean, std = (moment[0].detach() for moment in likelihood.moments_NG())
    residual = likelihood.residual_NG(places).detach()
    loose = 0.02 if LIKELIHOODS[name].over == "counts" else 1e-5
    torch.testing.assert_close((mass * residual).sum(0), torch.zeros(3, dtype=torch.float64), rtol=0, atol=loose)
    torch.testing.assert_close((mass * residual**2).sum(0), torch.ones(3, dtype=torch.float64), rtol=0, atol=2 * loose)
    if LIKELIHOODS[name].over != "circle":
        torch.testing.assert_close((mass * places).sum(0), mean, rtol=loose, atol=loose)
        torch.testing.assert_close((mass * (places - mean) ** 2).sum(0).sqrt(), std, rtol=2 * loose, atol=0)


@pytest.mark.parametrize("name", NUMERIC)
def test_samples_follow_the_distribution(families, name):
    """In 12 bins of equal probability, with points and counts as they fall; a chi-square of 11 stays below 45."""
    places, mass, _ = mass_of(families, name)
    family = families.make_family(name)
    with torch.no_grad():
        likelihood = family.likelihood(some_params(family).float().expand(NUM_SAMPLES, -1))
        drawn = likelihood.sample_NG(torch.Generator().manual_seed(1)).double()
    for column in range(3):
        order = places[:, column].argsort(stable=True)
        at, share = places[order, column], mass[order, column]
        inner = torch.searchsorted(share.cumsum(0), torch.linspace(0, 1, 13, dtype=torch.float64)[1:-1])
        edges = (at[inner] + 1e-6).unique()  # a count or a point belongs to the bin below its edge
        expected = torch.zeros(len(edges) + 1, dtype=torch.float64)
        expected.index_add_(0, torch.bucketize(at.contiguous(), edges), share)
        found = torch.bucketize(drawn[:, column].contiguous(), edges).bincount(minlength=len(expected)).double()
        kept = expected > 1e-4
        chi_square = ((found - NUM_SAMPLES * expected)[kept] ** 2 / (NUM_SAMPLES * expected[kept])).sum()
        assert chi_square < 45, f"column {column}: {chi_square}"


def test_levels_come_as_often_as_they_should(families, family_name):
    if LIKELIHOODS[family_name].reads == "values":
        return
    _, mass, _ = mass_of(families, family_name)
    family = families.make_family(family_name)
    with torch.no_grad():
        likelihood = family.likelihood(some_params(family).float().expand(NUM_SAMPLES, -1))
    drawn = likelihood.sample_NG(torch.Generator().manual_seed(1))
    share = torch.stack([(drawn == code).double().mean(0) for code in range(1, 6)])
    assert ((share - mass).abs() <= 4 * (mass * (1 - mass) / NUM_SAMPLES).sqrt() + 1e-6).all()


def test_fitted_to_its_own_rows_a_family_reaches_its_entropy(families, family_name):
    """Known answer: at the best parameters the negative log-likelihood of many rows is the entropy."""
    places, mass, likelihood = mass_of(families, family_name)
    log_prob = likelihood.log_prob_NG(places).detach()
    entropy = -(torch.where(mass > 0, mass * log_prob, 0.0)).sum(0)
    source = families.make_family(family_name)
    with torch.no_grad():
        given = some_params(source).float().expand(20_000, -1)
        rows = source.likelihood(given).sample_NG(torch.Generator().manual_seed(2))
    family = LIKELIHOODS[family_name](families.columns_of(family_name), 0.05)
    params = torch.zeros(1, family.num_params, requires_grad=True)
    optimizer = torch.optim.Adam([params, *family.parameters()], lr=0.05)
    for _ in range(250):
        optimizer.zero_grad()
        nll = -family.likelihood(params.expand(len(rows), -1)).log_prob_NG(rows).mean(0)
        nll.sum().backward()
        optimizer.step()
    torch.testing.assert_close(nll.detach().double(), entropy, rtol=0, atol=0.04)
