"""The closed form of the KL is what Monte Carlo says."""

import pytest
import torch

from vaegis.model.posterior import LOG_VAR_RANGE, GaussianPosterior

NUM_SAMPLES = 200_000


@pytest.mark.parametrize(
    ("mean", "log_var"), [(0.0, 0.0), (1.5, -2.0), (-0.3, 1.0), (3.0, LOG_VAR_RANGE[0]), (0.0, LOG_VAR_RANGE[1])]
)
def test_kl_closed_form_is_its_monte_carlo_mean(mean, log_var):
    posterior = GaussianPosterior(
        torch.full((NUM_SAMPLES, 1), mean, dtype=torch.float64), torch.full((NUM_SAMPLES, 1), log_var).double()
    )
    noise = torch.randn(NUM_SAMPLES, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    z = posterior.sample(noise)
    prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(-1)
    difference = posterior.log_prob_N(z) - prior
    error = difference.std() / NUM_SAMPLES**0.5
    assert (difference.mean() - posterior.kl_NK()[0].sum()).abs() <= 4 * error + 1e-9


def test_kl_adds_over_dimensions():
    mean, log_var = torch.randn(3, 4), torch.randn(3, 4)
    whole = torch.distributions.MultivariateNormal(mean, torch.diag_embed(log_var.exp()))
    prior = torch.distributions.MultivariateNormal(torch.zeros(4), torch.eye(4))
    expected = torch.distributions.kl_divergence(whole, prior)
    torch.testing.assert_close(GaussianPosterior(mean, log_var).kl_NK().sum(-1), expected, rtol=1e-4, atol=1e-4)
