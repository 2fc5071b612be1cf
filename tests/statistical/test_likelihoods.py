"""Every family is a distribution: it integrates to one, its gradients are right, its samples have its moments."""

import pytest
import torch

from vaegis.likelihoods import LIKELIHOODS

NUM_LEVELS = {"values": (0, 0, 0), "codes": (2, 5, 1)}
NUM_SAMPLES = 40_000


@pytest.fixture(params=LIKELIHOODS)
def family(request):
    kind = LIKELIHOODS[request.param]
    return kind(NUM_LEVELS[kind.reads], 0.05)


@pytest.fixture
def params(family) -> torch.Tensor:
    return torch.randn(1, family.num_params, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def every_cell(family) -> tuple[torch.Tensor, float]:
    """Return a grid of values (or all codes) for the three columns, and the width of a cell."""
    if family.reads == "values":
        grid = torch.linspace(-40, 40, 80_001, dtype=torch.float64)
        return grid.unsqueeze(1).expand(-1, 3), float(grid[1] - grid[0])
    return torch.arange(1, 6).unsqueeze(1).expand(-1, 3), 1.0


def test_integrates_to_one(family, params):
    cells, width = every_cell(family)
    likelihood = family.likelihood(params.expand(len(cells), -1))
    if family.reads == "codes":
        allowed = cells <= torch.tensor(NUM_LEVELS["codes"])
        mass = likelihood.log_prob_NG(cells).exp()
        assert mass[~allowed].eq(0).all()
    else:
        mass = likelihood.log_prob_NG(cells).exp() * width
    torch.testing.assert_close(mass.sum(0), torch.ones(3, dtype=torch.float64), rtol=0, atol=1e-6)


def test_gradients_match_finite_differences(family, params):
    several = torch.cat([params, -params, 0.1 * params])
    if family.reads == "values":
        cells = torch.tensor([[0.3, -1.0, 2.0], [0.0, 1.0, -4.0], [5.0, 0.1, 0.2]], dtype=torch.float64)
    else:
        cells = torch.tensor([[1, 5, 1], [2, 1, 1], [2, 3, 1]])
    assert torch.autograd.gradcheck(
        lambda given: family.likelihood(given).log_prob_NG(cells), (several.requires_grad_(),), eps=1e-6, atol=1e-6
    )


def test_samples_have_the_moments_or_the_frequencies(family, params):
    likelihood = family.likelihood(params.float().expand(NUM_SAMPLES, -1))
    drawn = likelihood.sample_NG(torch.Generator().manual_seed(1))
    if family.reads == "values":
        mean, std = (moment[0] for moment in likelihood.moments_NG())
        error = std / NUM_SAMPLES**0.5
        assert ((drawn.mean(0) - mean).abs() < 4 * error).all()
        torch.testing.assert_close(drawn.std(0), std, rtol=4 / (2 * NUM_SAMPLES) ** 0.5, atol=0)
        return
    for column, levels in enumerate(NUM_LEVELS["codes"]):
        codes = torch.arange(1, levels + 1)
        whole = torch.ones(levels, 3, dtype=torch.long)
        whole[:, column] = codes
        mass = family.likelihood(params.float().expand(levels, -1)).log_prob_NG(whole)[:, column].exp()
        share = (drawn[:, column].unsqueeze(0) == codes.unsqueeze(1)).float().mean(1)
        assert ((share - mass).abs() <= 4 * (mass * (1 - mass) / NUM_SAMPLES).sqrt() + 1e-6).all()


@pytest.mark.parametrize("name", [name for name, kind in LIKELIHOODS.items() if kind.reads == "values"])
def test_moments_are_those_of_the_density(name):
    family = LIKELIHOODS[name](NUM_LEVELS["values"], 0.05)
    params = torch.randn(1, family.num_params, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    cells, width = every_cell(family)
    likelihood = family.likelihood(params.expand(len(cells), -1))
    mass = likelihood.log_prob_NG(cells).exp() * width
    mean, std = (moment[0] for moment in likelihood.moments_NG())
    torch.testing.assert_close((mass * cells).sum(0), mean, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close((mass * (cells - mean) ** 2).sum(0).sqrt(), std, rtol=1e-5, atol=1e-6)
