"""Closed forms on a handful of points; tests/statistical holds those that need many draws."""

import numpy as np
import pytest
import torch

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent.aggregate import (
    RARE,
    compare_with_prior,
    draw_prior,
    in_holes,
    moment_kl,
    moment_kl_replicates,
    sliced_w2,
    uncovered,
)
from vaegis.model.priors import MixturePrior, NormalPrior


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
    assert moment_kl(mean_NK, np.full_like(mean_NK, std), NormalPrior(mean_NK.shape[1])) == pytest.approx(
        known, abs=1e-12
    )


def test_moment_kl_of_points_on_a_line_is_nan():
    assert np.isnan(moment_kl(cross(2.0, 0.0), np.zeros((4, 2)), NormalPrior(2)))


def test_in_one_dimension_the_sliced_distance_is_the_shift():
    x = np.array([[0.0], [1.0], [5.0]])
    assert sliced_w2(x, x + 2.5, np.random.default_rng(0)) == pytest.approx(2.5)
    assert sliced_w2(x, x[[2, 0, 1]], np.random.default_rng(0)) == 0.0, "order of rows says nothing"


def test_the_comparison_is_that_of_its_seed():
    mean, std, prior = np.zeros((200, 3)), np.ones((200, 3)), NormalPrior(3)
    assert compare_with_prior(mean, std, prior, seed=3) == compare_with_prior(mean, std, prior, seed=3)
    assert compare_with_prior(mean, std, prior, seed=3) != compare_with_prior(mean, std, prior, seed=4)
    far = compare_with_prior(mean + 3.0, std, prior, seed=3)
    assert far["sliced_w2"] == pytest.approx(3.0, rel=0.35)
    assert far["sliced_w2_null"] < 0.5
    assert far["sliced_w2_ratio"] == pytest.approx(far["sliced_w2"] / far["sliced_w2_null"])


def mixture():
    """Half of the mass at (-2, 0), half at (2, 0), each of spread 0.5."""
    centres = torch.tensor([[-2.0, 0.0], [2.0, 0.0]], dtype=torch.float64)
    scales = 0.5 * torch.eye(2, dtype=torch.float64).repeat(2, 1, 1)
    return MixturePrior(torch.log(torch.full((2,), 0.5, dtype=torch.float64)), centres, scales)


def test_the_prior_in_use_is_compared_with_not_the_normal_one():
    """Rows that sit where the mixture is: no distance from it, a long one from N(0, I)."""
    mean = draw_prior(mixture(), 4000, seed=1)
    std = np.zeros_like(mean)
    assert moment_kl(mean, std, mixture()) == pytest.approx(0.0, abs=0.01)
    assert moment_kl(mean, std, NormalPrior(2)) > 1.0
    assert compare_with_prior(mean, std, mixture(), seed=0)["sliced_w2_ratio"] < 1.5
    assert compare_with_prior(mean, std, NormalPrior(2), seed=0)["sliced_w2_ratio"] > 10


def test_moments_of_a_mixture_are_those_of_its_draws():
    mean_K, covariance_KK = (moment.numpy() for moment in mixture().moments())
    assert mean_K == pytest.approx([0.0, 0.0])
    assert covariance_KK == pytest.approx(np.diag([4.25, 0.25]))


def test_replicates_scatter_about_the_estimate_and_drawing_all_blocks_once_is_the_estimate():
    rng = np.random.default_rng(0)
    mean, std = rng.normal(size=(900, 3)) * [1.0, 0.5, 2.0], rng.uniform(0.1, 0.3, size=(900, 3))
    draws = Bootstrap.of_rows(900, 200, seed=0)
    value = moment_kl(mean, std, NormalPrior(3))
    replicates = moment_kl_replicates(mean, std, NormalPrior(3), draws)
    assert replicates.mean() == pytest.approx(value, rel=0.05)
    once = Bootstrap(draws.block_N, np.ones((1, draws.counts_RB.shape[1])))
    assert moment_kl_replicates(mean, std, NormalPrior(3), once) == pytest.approx([value])


def test_only_the_rarest_training_rows_lie_in_a_hole_of_their_own():
    train = np.random.default_rng(0).normal(size=(10_000, 2))
    assert in_holes(train, train).mean() == pytest.approx(RARE, abs=1e-4)


def test_a_switched_off_dimension_has_no_say():
    train = np.column_stack([np.linspace(-1, 1, 101), np.zeros(101)])
    assert in_holes(train, np.array([[0.0, 50.0], [0.5, -50.0], [30.0, 0.0]])).tolist() == [False, False, True]


def test_shape_is_judged_with_its_correlation():
    x = np.linspace(-1, 1, 1001)
    train = np.column_stack([x, x + 0.01 * np.sin(40 * x)])
    inside, off_the_line = np.array([[0.5, 0.5]]), np.array([[0.5, -0.5]])
    assert not in_holes(train, inside).any()
    assert in_holes(train, off_the_line).all(), "inside both ranges"


def test_a_latent_without_spread_has_no_shape():
    with pytest.raises(NotComputable, match="have no spread"):
        in_holes(np.zeros((5, 2)), np.ones((3, 2)))


def test_a_prior_that_is_the_posterior_is_covered_and_one_with_a_gap_is_not():
    known, held = (draw_prior(mixture(), 5000, seed) for seed in (1, 2))
    assert uncovered(known, held, draw_prior(mixture(), 5000, seed=3)).mean() == pytest.approx(0.01, abs=0.006)
    share = uncovered(known, held, draw_prior(NormalPrior(2), 5000, seed=3)).mean()
    assert share > 0.3, "most of N(0, I) lies between the two clusters, where no row has its latent"
    assert uncovered(known, held, held + 50.0).all()
