"""One law is not told apart; another is, and both know which sample is which."""

import numpy as np
import pytest

from vaegis.evaluation.latent.two_sample import told_apart

try:
    from vaegis.evaluation.detection.ranking import auroc
except ImportError:
    from vaegis.evaluation.ranking import auroc


def draw(num_rows, shift=0.0):
    return RNG.normal(size=(num_rows, 3)) + np.array([shift, 0, 0])


RNG = np.random.default_rng(0)


def test_equal_laws_are_a_coin_toss():
    first, second = told_apart((draw(3000), draw(3000)), (draw(3000), draw(3000)), seed=0)
    assert auroc(first, second) == pytest.approx(0.5, abs=0.04)


def test_a_shift_is_found_as_far_as_it_can_be():
    """The best possible AUROC of two normals d apart is Phi(d / sqrt 2)."""
    first, second = told_apart((draw(6000, 1.0), draw(6000)), (draw(6000, 1.0), draw(6000)), seed=0)
    assert auroc(first, second) == pytest.approx(0.760, abs=0.03)


def test_other_sizes_and_the_same_seed():
    samples = (draw(400, 2.0), draw(300)), (draw(50, 2.0), draw(70))
    first, second = told_apart(*samples, seed=1)
    assert (len(first), len(second)) == (50, 70)
    again = told_apart(*samples, seed=1)
    assert np.array_equal(first, again[0])
