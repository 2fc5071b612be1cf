"""Perfectly separated and perfectly mixed factors."""

import numpy as np
import pytest

from vaegis.evaluation.latent.disentanglement import (
    Factor,
    attribute_gap,
    completeness,
    disentanglement,
    importance_KF,
    mutual_information_gap,
)

RNG = np.random.default_rng(0)
V = RNG.uniform(-1, 1, size=(4000, 2))
AMOUNTS = [Factor(name=name, values_N=V[:, f], discrete=False) for f, name in enumerate(["heat", "load"])]
CODES = RNG.integers(0, 4, size=(4000, 2))
LEVELS = [Factor(name=name, values_N=CODES[:, f], discrete=True) for f, name in enumerate(["make", "shift"])]
TURN = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)


@pytest.mark.parametrize(("factors", "truth"), [(AMOUNTS, V), (LEVELS, CODES)], ids=["amounts", "levels"])
def test_a_latent_for_each_factor_is_perfect(factors, truth):
    z = truth + 0.001 * RNG.normal(size=truth.shape)
    importance = importance_KF(z, factors, seed=0)
    assert mutual_information_gap(z, factors) > 0.9
    assert attribute_gap(z, factors) > (0.95 if factors is AMOUNTS else 0.6)
    assert disentanglement(importance) > 0.95
    assert completeness(importance) > 0.95


def test_latents_that_mix_factors_half_and_half_have_no_gap():
    z = V @ TURN
    importance = importance_KF(z, AMOUNTS, seed=0)
    assert importance == pytest.approx(0.5, abs=0.1)
    assert mutual_information_gap(z, AMOUNTS) == pytest.approx(0.0, abs=0.05)
    assert attribute_gap(z, AMOUNTS) == pytest.approx(0.0, abs=0.05)
    assert disentanglement(importance) < 0.05
    assert completeness(importance) < 0.05


def test_one_factor_in_two_latents_is_disentangled_but_incomplete():
    importance = np.array([[0.5, 0.0], [0.5, 0.0], [0.0, 1.0]])
    assert disentanglement(importance) == pytest.approx(1.0)
    assert completeness(importance) == pytest.approx((1 - np.log(2) / np.log(3) + 1) / 2)


def test_a_latent_of_two_factors_is_complete_but_entangled():
    importance = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert completeness(importance) == pytest.approx(1.0)
    assert disentanglement(importance) == pytest.approx((2 * (1 - np.log(2) / np.log(3)) + 1) / 3)


def test_unused_latents_and_those_that_stand_still_change_nothing():
    z = np.column_stack([V, np.zeros(len(V))])
    assert mutual_information_gap(z, AMOUNTS) > 0.9
    assert attribute_gap(z, AMOUNTS) > 0.95
    assert disentanglement(importance_KF(z, AMOUNTS, seed=0)) > 0.95
    still = np.column_stack([CODES, np.zeros(len(CODES))]).astype(float)
    assert mutual_information_gap(still, LEVELS) == pytest.approx(1.0, abs=0.02)


def test_the_linear_classifier_finds_the_ends_of_a_scale():
    """Of four equal levels along a line a balanced linear classifier names all; a strange latent one in four."""
    z = np.column_stack([CODES[:, 0], RNG.normal(size=len(CODES))])
    assert attribute_gap(z, LEVELS[:1]) == pytest.approx(0.75, abs=0.08)
