import numpy as np
import pytest
import torch

from vaegis.model.priors import PRIORS, MixturePrior


def make_latents(num_rows: int = 4_000) -> torch.Tensor:
    """Two far clusters, one of them stretched along the diagonal."""
    random = torch.Generator().manual_seed(0)
    z_NK = torch.randn(num_rows, 2, generator=random) * 0.3
    z_NK[::3] = torch.randn(len(z_NK[::3]), 1, generator=random) + 0.1 * z_NK[::3] + torch.tensor([4.0, -1.0])
    return z_NK


@pytest.fixture(scope="module", params=PRIORS)
def prior(request):
    return PRIORS[request.param].fit(make_latents(), seed=0)


def test_density_integrates_to_one(prior):
    edge = torch.linspace(-9, 11, 401)
    grid = torch.cartesian_prod(edge, edge)
    mass = prior.log_prob_N(grid).double().exp().sum() * float(edge[1] - edge[0]) ** 2
    assert float(mass) == pytest.approx(1.0, abs=0.01)


def test_samples_have_the_density_s_entropy_and_follow_the_generator(prior):
    drawn = prior.sample(20_000, torch.Generator().manual_seed(1))
    assert drawn.dtype == torch.float32
    assert drawn.equal(prior.sample(20_000, torch.Generator().manual_seed(1)))
    weighed = prior.log_prob_N(drawn)
    again = prior.log_prob_N(prior.sample(20_000, torch.Generator().manual_seed(2)))
    assert float(weighed.mean() - again.mean()) == pytest.approx(
        0.0, abs=4 * float(weighed.std()) * (2 / 20_000) ** 0.5
    )


def test_pack_keeps_everything(prior):
    again = type(prior).unpack(prior.pack())
    z_NK = make_latents(50)
    assert again.log_prob_N(z_NK).equal(prior.log_prob_N(z_NK))
    draws = [item.sample(9, torch.Generator().manual_seed(3)) for item in (prior, again)]
    assert draws[0].equal(draws[1])


def test_mixture_is_closer_to_what_it_was_fitted_on_than_the_normal():
    z_NK = make_latents()
    normal, mixture = (PRIORS[name].fit(z_NK[:3_000], seed=0) for name in ("normal", "mixture"))
    gain = mixture.log_prob_N(z_NK[3_000:]).mean() - normal.log_prob_N(z_NK[3_000:]).mean()
    assert gain > 1.0
    drawn = mixture.sample(20_000, torch.Generator().manual_seed(0))
    assert torch.cov(drawn.T).sub(torch.cov(z_NK.T)).abs().max() < 0.15


def test_one_gaussian_is_its_moments():
    """Too few rows for two components: EM's answer is then the sample's mean and covariance."""
    z_NK = torch.randn(150, 3, generator=torch.Generator().manual_seed(0))
    fitted = MixturePrior.fit(z_NK, seed=0)
    assert len(fitted.mean_MK) == 1
    torch.testing.assert_close(fitted.mean_MK[0], z_NK.double().mean(0))
    covariance = fitted.scale_MKK[0] @ fitted.scale_MKK[0].T
    assert np.allclose(covariance, np.cov(z_NK.double().numpy().T, bias=True) + 1e-3 * np.eye(3), atol=1e-9)


def test_equal_and_constant_latents_do_no_harm():
    fitted = MixturePrior.fit(torch.ones(500, 2), seed=0)
    assert fitted.log_prob_N(torch.ones(1, 2)).isfinite().all()
    assert fitted.sample(100, torch.Generator().manual_seed(0)).sub(1.0).abs().max() < 0.3


def test_same_seed_same_fit():
    first, again = (MixturePrior.fit(make_latents(600), seed=4) for _ in range(2))
    assert first.mean_MK.equal(again.mean_MK)
