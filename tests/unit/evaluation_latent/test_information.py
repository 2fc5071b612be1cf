"""A linear Gaussian channel: everything is known."""

import numpy as np
import pytest

from vaegis.evaluation.latent.information import (
    ROOM,
    ceiling,
    estimate_information,
    gaussian_correlation,
)

RNG = np.random.default_rng(7)


def channel(num_rows, signal, noise, correlation=0.0):
    """Posterior means with spread `signal`, the first two correlated, and posteriors as wide as `noise`."""
    mean = RNG.normal(size=(num_rows, len(signal)))
    mean[:, 1] = correlation * mean[:, 0] + np.sqrt(1 - correlation**2) * mean[:, 1]
    return mean * np.asarray(signal), np.broadcast_to(np.asarray(noise, dtype=float), mean.shape)


def test_mutual_information_of_a_gaussian_channel():
    signal, noise = np.array([1.0, 0.5]), np.array([0.5, 0.5])
    known = 0.5 * np.log1p((signal / noise) ** 2).sum()
    told = estimate_information(*channel(4000, signal, noise), seed=0)
    assert told.mutual_N.mean() == pytest.approx(known, abs=0.05)
    assert told.correlation_N.mean() == pytest.approx(0.0, abs=0.03)


def test_total_correlation_of_a_correlated_gaussian():
    mean, std = channel(4000, [1.0, 1.0], [0.5, 0.5], correlation=0.9)
    known = -0.5 * np.log(1 - (0.9 / 1.25) ** 2)
    told = estimate_information(mean, std, seed=0)
    assert told.correlation_N.mean() == pytest.approx(known, abs=0.05)
    assert gaussian_correlation(mean, std) == pytest.approx(known, abs=0.03)


def test_a_latent_that_ignores_the_row_tells_nothing():
    told = estimate_information(np.zeros((500, 2)), np.ones((500, 2)), seed=0)
    assert told.mutual_N == pytest.approx(0.0, abs=1e-12)
    assert told.correlation_N == pytest.approx(0.0, abs=1e-12)


def test_more_information_than_rows_can_show_ends_at_the_logarithm_of_the_rows():
    """The truth is 9.2 nats here, and 500 rows can show 6.2."""
    told = estimate_information(*channel(500, [1.0, 1.0], [0.01, 0.01]), seed=0)
    assert told.mutual_N.mean() == pytest.approx(np.log(500), abs=0.1)
    assert told.mutual_N.mean() > ceiling(500)


def test_below_the_ceiling_the_error_is_small():
    """Three dimensions with as much information as is still accepted."""
    rows, dimensions = 1000, 3
    each = (np.log(rows) - ROOM) / dimensions
    noise = 1 / np.sqrt(np.exp(2 * each) - 1)
    told = estimate_information(*channel(rows, [1.0] * dimensions, [noise] * dimensions), seed=0)
    assert told.mutual_N.mean() == pytest.approx(dimensions * each, abs=0.3)


def test_pieces_make_no_difference(monkeypatch):
    mean, std = channel(150, [1.0, 1.0], [0.3, 0.3])
    whole = estimate_information(mean, std, seed=0)
    monkeypatch.setattr("vaegis.evaluation.latent.information._CELLS", 1000)
    assert estimate_information(mean, std, seed=0).mutual_N == pytest.approx(whole.mutual_N)


def test_a_direction_without_spread_has_no_correlation():
    assert np.isnan(gaussian_correlation(np.zeros((5, 2)), np.zeros((5, 2))))
