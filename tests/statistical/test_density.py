"""Bounds and gaps of a linear-Gaussian model, all of whose posteriors are known. N rows, D columns, K latents."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from vaegis.evaluation.reconstruction.density import FEW, MANY, importance_bounds, refine_rows

_SPEC = importlib.util.spec_from_file_location("linear_gaussian", Path(__file__).with_name("test_linear_gaussian.py"))
LINEAR = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(LINEAR)
exact = LINEAR.exact
SHIFT, WIDTH = 0.7, 1.5
"""By how much a bad encoder is off: its means, in posterior standard deviations, and the factor on its variances."""


@pytest.fixture
def biased(exact):
    """The exact model with an encoder that is off by a known amount, the same for every row."""
    with torch.no_grad():
        exact.to_latent.bias[: LINEAR.K] += SHIFT * torch.exp(0.5 * exact.to_latent.bias[LINEAR.K :])
        exact.to_latent.bias[LINEAR.K :] += math.log(WIDTH)
    return exact


GAP = LINEAR.K * 0.5 * (WIDTH + SHIFT**2 - 1.0 - math.log(WIDTH))
"""KL(q || p(z|x)) of the biased encoder: the exact posterior is in its family, so all of it is amortisation."""


def test_the_amortisation_gap_is_the_closed_form(biased):
    found = refine_rows(biased, LINEAR.draw(300, seed=1), seed=0)
    assert (found.best_N - found.encoder_N).mean() == pytest.approx(GAP, rel=0.02)


def test_the_best_posterior_reaches_the_evidence_on_average(biased):
    batch = LINEAR.draw(2_000, seed=1)
    found = refine_rows(biased, batch, seed=0)
    off_N = found.best_N - LINEAR.evidence_N(batch).double().numpy()
    assert off_N.mean() == pytest.approx(0.0, abs=0.01 + 4 * off_N.std() / math.sqrt(len(off_N)))


def test_samples_of_the_best_posterior_are_the_evidence(biased):
    batch = LINEAR.draw(200, seed=1)
    found = refine_rows(biased, batch, seed=0)
    np.testing.assert_allclose(found.evidence_N, LINEAR.evidence_N(batch), atol=0.02)


def test_an_exact_encoder_has_no_gap(exact):
    found = refine_rows(exact, LINEAR.draw(300, seed=1), seed=0)
    assert abs((found.best_N - found.encoder_N).mean()) < 0.01


def test_the_bounds_fall_towards_the_evidence(biased):
    batch = LINEAR.draw(2_000, seed=2)
    bounds, truth_N = importance_bounds(biased, batch, seed=0), -LINEAR.evidence_N(batch).double().numpy()
    few, many = (bounds.few_N - truth_N).mean(), (bounds.many_N - truth_N).mean()
    assert many == pytest.approx(0.0, abs=0.005)
    assert many < few < 0.1 * GAP


def test_with_the_exact_posterior_every_sample_counts(exact):
    batch = LINEAR.draw(200, seed=3)
    bounds = importance_bounds(exact, batch, seed=0)
    np.testing.assert_allclose(bounds.effective_N, MANY, rtol=0.01)
    np.testing.assert_allclose(bounds.many_N, -LINEAR.evidence_N(batch), atol=1e-3)
    assert MANY % FEW == 0


def test_the_effective_size_of_a_known_mismatch(biased):
    """ESS / S approaches 1 / E_q[(p / q)^2] with p = N(0, v), q = N(s, w v), the same in each dimension."""
    second = (WIDTH / math.sqrt(2 * WIDTH - 1) * math.exp(SHIFT**2 / (2 * WIDTH - 1))) ** LINEAR.K
    bounds = importance_bounds(biased, LINEAR.draw(500, seed=4), seed=0)
    assert bounds.effective_N.mean() / MANY == pytest.approx(1.0 / second, rel=0.05)
