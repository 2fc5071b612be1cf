import numpy as np
import pytest

from vaegis.monitoring.embedding import MAX_MOMENT_LATENTS, Embedding


@pytest.fixture(scope="module")
def latents():
    rng = np.random.default_rng(0)
    return rng.normal(size=(4000, 3)) @ np.diag([1.0, 2.0, 0.1]) + 5.0


def test_waves_have_norm_one_and_their_products_are_the_kernel(latents):
    embedding = Embedding.fit(latents, 4000, 0)
    waves = embedding.waves_NE(latents[:2])
    assert np.linalg.norm(waves, axis=1) == pytest.approx([1.0, 1.0])
    # A Gaussian kernel of the median distance between standardised rows.
    apart = np.linalg.norm((latents[0] - latents[1]) / latents.std(0))
    standard = (latents - latents.mean(0)) / latents.std(0)
    width = np.median(np.linalg.norm(standard[:2000] - standard[2000:], axis=1))
    assert float(waves[0] @ waves[1]) == pytest.approx(np.exp(-(apart**2) / (2 * width**2)), abs=0.05)


def test_moments_are_white_on_what_they_were_fitted_to(latents):
    moments = Embedding.fit(latents, 8, 0).moments_NQ(latents)
    assert moments.shape == (4000, 3 + 6)
    assert np.cov(moments.T) == pytest.approx(np.eye(9), abs=0.02)


def test_moments_see_a_correlation_that_means_and_spreads_do_not():
    rng = np.random.default_rng(1)
    plain = rng.normal(size=(20_000, 2))
    tied = plain @ np.linalg.cholesky([[1.0, 0.5], [0.5, 1.0]]).T
    embedding = Embedding.fit(plain, 8, 0)
    apart = embedding.moments_NQ(tied).mean(0) - embedding.moments_NQ(plain).mean(0)
    assert np.linalg.norm(apart) == pytest.approx(0.5, abs=0.05)


def test_of_many_latents_those_of_largest_spread_are_multiplied():
    z = np.random.default_rng(0).normal(size=(500, 20)) * np.arange(1, 21)
    embedding = Embedding.fit(z, 8, 0)
    assert embedding.used_J.tolist() == list(range(20 - MAX_MOMENT_LATENTS, 20))
    assert embedding.num_moments == 12 + 78
    assert embedding.num_waves == 16


def test_a_latent_that_never_moves_divides_nothing_by_zero():
    embedding = Embedding.fit(np.zeros((50, 2)), 8, 0)
    assert np.isfinite(embedding.moments_NQ(np.ones((3, 2)))).all()
    assert np.isfinite(embedding.waves_NE(np.ones((3, 2)))).all()
