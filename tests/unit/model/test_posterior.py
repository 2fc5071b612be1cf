import torch

from vaegis.model.posterior import LOG_VAR_RANGE, GaussianPosterior, PointPosterior


def test_sample_is_mean_plus_scaled_noise():
    posterior = GaussianPosterior(torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, 2.0]]).log() * 2)
    assert posterior.sample(torch.zeros(1, 2)).tolist() == [[1.0, -2.0]]
    torch.testing.assert_close(posterior.sample(torch.ones(1, 2)), torch.tensor([[1.0, 0.0]]))
    torch.testing.assert_close(posterior.std_NK, torch.tensor([[0.0, 2.0]]))


def test_kl_is_zero_for_the_prior_only():
    assert GaussianPosterior(torch.zeros(1, 2), torch.zeros(1, 2)).kl_NK().eq(0).all()
    assert (GaussianPosterior(torch.tensor([[0.1, 0.0]]), torch.tensor([[0.0, 0.1]])).kl_NK() > 0).all()


def test_log_prob_is_torchs():
    mean, log_var = torch.randn(5, 3), torch.randn(5, 3)
    z = torch.randn(5, 3)
    expected = torch.distributions.Normal(mean, (0.5 * log_var).exp()).log_prob(z).sum(-1)
    torch.testing.assert_close(GaussianPosterior(mean, log_var).log_prob_N(z), expected)


def test_clamped_is_at_a_limit():
    low, high = LOG_VAR_RANGE
    log_var = torch.tensor([[low, high, 0.0]])
    assert GaussianPosterior(torch.zeros(1, 3), log_var).clamped_NK().tolist() == [[True, True, False]]
    assert not PointPosterior(torch.zeros(1, 3)).clamped_NK().any()


def test_point_has_no_width_and_no_kl():
    posterior = PointPosterior(torch.randn(2, 3))
    assert posterior.sample(torch.randn(2, 3)).equal(posterior.mean_NK)
    assert posterior.kl_NK().eq(0).all()
    assert posterior.std_NK.eq(0).all()
