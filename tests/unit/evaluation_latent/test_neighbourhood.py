import numpy as np

from vaegis.evaluation.latent.neighbourhood import preserve_neighbours

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 4))


def test_a_turned_copy_keeps_all_neighbours():
    turn, _ = np.linalg.qr(RNG.normal(size=(4, 4)))
    assert min(preserve_neighbours(X, 2.0 * X @ turn)) > 0.999


def test_strangers_keep_none():
    trust, continuity = preserve_neighbours(X, RNG.normal(size=(300, 4)))
    assert abs(trust - 0.5) < 0.05
    assert abs(continuity - 0.5) < 0.05


def test_folding_breaks_trust_and_cutting_breaks_continuity():
    line = np.linspace(-1, 1, 300)[:, None]
    folded = np.abs(line)
    trust, continuity = preserve_neighbours(line, folded)
    assert trust < continuity
    circle = np.concatenate([np.cos(np.pi * line), np.sin(np.pi * line)], axis=1)
    trust, continuity = preserve_neighbours(circle, line)
    assert continuity < trust
