"""Latents that are turned, mirrored or stretched say the same; strangers do not."""

from dataclasses import replace

import numpy as np
import pytest

from vaegis.evaluation.latent.stability import compare_latents, stability

RNG = np.random.default_rng(0)
A = RNG.normal(size=(5000, 3))
TURN, _ = np.linalg.qr(RNG.normal(size=(3, 3)))


def test_itself_is_the_same():
    assert compare_latents(A, A) == pytest.approx({"cka": 1.0, "procrustes_r2": 1.0, "matched_correlation": 1.0})


def test_order_signs_and_scale_of_all_are_no_difference():
    moved = compare_latents(A, 5.0 - 3.0 * A[:, [2, 0, 1]])
    assert moved == pytest.approx({"cka": 1.0, "procrustes_r2": 1.0, "matched_correlation": 1.0})


def test_a_turn_changes_only_what_a_dimension_tells():
    turned = compare_latents(A, A @ TURN)
    assert turned["cka"] == pytest.approx(1.0)
    assert turned["procrustes_r2"] == pytest.approx(1.0)
    assert turned["matched_correlation"] < 0.97


def test_strangers_share_nothing():
    assert max(compare_latents(A, RNG.normal(size=A.shape)).values()) < 0.05


def test_half_of_the_variance_that_is_noise():
    """b = (a + e) / sqrt 2: correlations are 1 / sqrt 2, so a turn explains half."""
    half = compare_latents(A, (A + RNG.normal(size=A.shape)) / np.sqrt(2))
    assert half["procrustes_r2"] == pytest.approx(0.5, abs=0.03)
    assert half["matched_correlation"] == pytest.approx(np.sqrt(0.5), abs=0.03)
    assert half["cka"] == pytest.approx(0.5, abs=0.03)


def test_dimensions_without_spread_and_of_other_number():
    few = compare_latents(A, np.column_stack([A[:, 1], np.zeros(len(A))]))
    assert few["matched_correlation"] == pytest.approx(1.0)
    assert few["procrustes_r2"] == pytest.approx(1 / 3, abs=0.03)


def test_a_collapsed_latent_has_nothing_to_compare():
    assert np.isnan(list(compare_latents(A, np.ones_like(A)).values())).all()


def test_two_seeds_agree_more_than_a_model_and_an_untrained_one(models, rows, world):
    few = rows.test.head(400)
    same = stability(models[0], models[0], few)
    assert same == pytest.approx(dict.fromkeys(same, 1.0))
    other, untrained = (world.fit_quickly(steps=steps, seed=1) for steps in (300, 0))
    seeds, strangers = (stability(models[0], second, few) for second in (other, untrained))
    assert seeds["score_spearman"] > 0.8
    assert seeds["procrustes_r2"] > strangers["procrustes_r2"]


def test_scores_that_are_all_one_number_have_no_order(models, rows):
    few = rows.test.iloc[[0, 0, 0]].reset_index(drop=True)
    assert np.isnan(stability(models[0], replace(models[0]), few)["score_spearman"])
