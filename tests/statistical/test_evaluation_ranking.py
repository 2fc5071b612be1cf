"""Ranking metrics against closed forms."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.metrics import average_precision_score, roc_auc_score

from vaegis.evaluation.detection.ranking import auroc, average_precision, recall_at

RNG = np.random.default_rng(0)


def test_separable_and_equal_scores():
    assert auroc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1.0
    assert auroc(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 0.0
    assert auroc(np.ones(7), np.ones(9)) == 0.5


def test_shifted_normals_have_auroc_phi_of_shift_over_root_two():
    positive, negative = RNG.normal(1.0, size=20_000), RNG.normal(size=20_000)
    assert auroc(positive, negative) == pytest.approx(norm.cdf(1.0 / np.sqrt(2.0)), abs=0.006)
    assert recall_at(positive, negative, 0.05) == pytest.approx(norm.sf(norm.isf(0.05) - 1.0), abs=0.012)


@pytest.mark.parametrize("ties", [False, True])
def test_equal_to_scikit_learn_at_the_samples_own_prevalence(ties):
    positive, negative = RNG.normal(0.7, size=300), RNG.normal(size=1100)
    if ties:
        positive, negative = positive.round(), negative.round()
    labels, scores = np.r_[np.ones(300), np.zeros(1100)], np.r_[positive, negative]
    assert auroc(positive, negative) == pytest.approx(roc_auc_score(labels, scores))
    assert average_precision(positive, negative, prevalence=None) == pytest.approx(
        average_precision_score(labels, scores)
    )


def test_a_useless_score_has_the_prevalence_whatever_the_sample():
    for num_positive in (200, 20_000):
        value = average_precision(RNG.normal(size=num_positive), RNG.normal(size=50_000), prevalence=0.05)
        assert value == pytest.approx(0.05, abs=0.01)


def test_prevalence_does_not_depend_on_how_many_rows_were_made():
    positive, negative = RNG.normal(1.5, size=40_000), RNG.normal(size=40_000)
    assert average_precision(positive, negative) == pytest.approx(
        average_precision(positive[:2000], negative), abs=0.03
    )


def test_nothing_to_rank_is_nan():
    assert np.isnan(auroc(np.array([]), np.ones(3)))
    assert np.isnan(average_precision(np.ones(3), np.array([])))
    assert np.isnan(recall_at(np.array([]), np.ones(3), 0.1))


@pytest.mark.parametrize("prevalence", [0.05, 0.3])
def test_average_precision_of_shifted_normals_is_the_integral_of_precision_over_recall(prevalence):
    def precision(recall):
        threshold = 1.0 + norm.isf(recall)
        hit, alarm = prevalence * recall, (1 - prevalence) * norm.sf(threshold)
        return hit / (hit + alarm)

    known, _ = quad(precision, 0.0, 1.0)
    found = average_precision(RNG.normal(1.0, size=40_000), RNG.normal(size=200_000), prevalence)
    assert found == pytest.approx(known, abs=0.01)


@pytest.mark.parametrize("rate", [0.01, 0.05])
def test_what_is_found_at_a_fixed_rate_follows_from_the_two_laws(rate):
    found = recall_at(RNG.normal(2.0, size=40_000), RNG.normal(size=200_000), rate)
    assert found == pytest.approx(norm.sf(norm.isf(rate) - 2.0), abs=0.01)
