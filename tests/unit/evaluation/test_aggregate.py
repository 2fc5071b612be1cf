"""Closed forms on a handful of points; tests/statistical holds those that need many draws."""

import numpy as np
import pytest

from vaegis.evaluation.aggregate import RARE, compare_with_prior, hole_share, moment_kl, sliced_w2


def cross(wide, narrow):
    """Four points of mean 0, variance (wide + narrow) / 2 and covariance (wide - narrow) / 2."""
    a, b = np.sqrt(wide), np.sqrt(narrow)
    return np.array([[a, a], [-a, -a], [b, -b], [-b, b]])


@pytest.mark.parametrize(
    ("mean_NK", "std", "known"),
    [
        (np.array([[1.0], [-1.0]]), 0.0, 0.0),  # the means alone have the prior's moments
        (np.array([[2.0], [2.0]]), 1.0, 2.0),  # m^2 / 2
        (np.zeros((3, 2)), 2.0, 2 * 0.5 * (4 - 1 - np.log(4))),
        (cross(1.5, 0.5), 0.0, -0.5 * np.log(0.75)),  # unit variances, correlation one half
    ],
)
def test_moment_kl_of_points(mean_NK, std, known):
    assert moment_kl(mean_NK, np.full_like(mean_NK, std)) == pytest.approx(known, abs=1e-12)


def test_moment_kl_of_points_on_a_line_is_nan():
    assert np.isnan(moment_kl(cross(2.0, 0.0), np.zeros((4, 2))))


def test_in_one_dimension_the_sliced_distance_is_the_shift():
    x = np.array([[0.0], [1.0], [5.0]])
    assert sliced_w2(x, x + 2.5, np.random.default_rng(0)) == pytest.approx(2.5)
    assert sliced_w2(x, x[[2, 0, 1]], np.random.default_rng(0)) == 0.0, "order of rows says nothing"


def test_the_comparison_is_that_of_its_seed():
    mean, std = np.zeros((200, 3)), np.ones((200, 3))
    assert compare_with_prior(mean, std, seed=3) == compare_with_prior(mean, std, seed=3)
    assert compare_with_prior(mean, std, seed=3) != compare_with_prior(mean, std, seed=4)
    far = compare_with_prior(mean + 3.0, std, seed=3)
    assert far["sliced_w2"] == pytest.approx(3.0, rel=0.35)
    assert far["sliced_w2_null"] < 0.5


def test_only_the_rarest_training_rows_lie_in_a_hole_of_their_own():
    train = np.random.default_rng(0).normal(size=(10_000, 2))
    assert hole_share(train, train) == pytest.approx(RARE, abs=1e-4)


def test_a_switched_off_dimension_has_no_say():
    train = np.column_stack([np.linspace(-1, 1, 101), np.zeros(101)])
    generated = np.array([[0.0, 50.0], [0.5, -50.0], [30.0, 0.0]])
    assert hole_share(train, generated) == pytest.approx(1 / 3)


def test_shape_is_judged_with_its_correlation():
    x = np.linspace(-1, 1, 1001)
    train = np.column_stack([x, x + 0.01 * np.sin(40 * x)])
    assert hole_share(train, np.array([[0.5, 0.5]])) == 0.0
    assert hole_share(train, np.array([[0.5, -0.5]])) == 1.0, "inside both ranges, off the line"


def test_a_latent_without_spread_has_no_shape():
    assert np.isnan(hole_share(np.zeros((5, 2)), np.ones((3, 2))))
