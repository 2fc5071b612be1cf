"""Cases counted by hand; tests/statistical compares with closed forms and scikit-learn."""

import numpy as np
import pytest

from vaegis.evaluation.detection.ranking import auroc, average_precision, recall_at

POSITIVE, NEGATIVE = np.array([3.0, 1.0]), np.array([2.0, 1.0, 0.0, 0.0])


def test_auroc_counts_pairs_and_halves_ties():
    assert auroc(POSITIVE, NEGATIVE) == pytest.approx((4 + 2.5) / 8)


def test_auroc_of_negated_scores_is_the_complement():
    assert auroc(-POSITIVE, -NEGATIVE) == pytest.approx(1.0 - auroc(POSITIVE, NEGATIVE))


def test_average_precision_by_hand():
    # At 3: recall 1/2, no alarm. At 1: recall 1, alarms 2/4.
    assert average_precision(POSITIVE, NEGATIVE, prevalence=0.5) == pytest.approx(0.5 * 1.0 + 0.5 * (0.5 / 0.75))
    assert average_precision(POSITIVE, NEGATIVE, prevalence=None) == pytest.approx(0.5 * 1.0 + 0.5 * (2 / 4))


@pytest.mark.parametrize("prevalence", [0.05, 0.5, None])
def test_perfect_and_useless_scores(prevalence):
    assert average_precision(np.array([5.0, 6.0]), np.array([1.0, 2.0]), prevalence) == 1.0
    share = 2 / 8 if prevalence is None else prevalence
    assert average_precision(np.ones(2), np.ones(6), prevalence) == pytest.approx(share)


def test_precision_at_a_given_prevalence_does_not_see_copies():
    assert average_precision(np.repeat(POSITIVE, 7), NEGATIVE) == pytest.approx(average_precision(POSITIVE, NEGATIVE))


def test_recall_is_at_a_rate_that_is_kept():
    negative = np.arange(100.0)
    assert recall_at(np.array([98.5, 98.0, 99.5, 0.0]), negative, 0.01) == 0.25
    for rate in (0.0, 0.01, 0.1, 0.333):
        assert recall_at(negative, negative, rate) <= rate, "the rate is a promise, not a mean"


@pytest.mark.parametrize("metric", [auroc, average_precision, lambda a, b: recall_at(a, b, 0.1)])
def test_nothing_to_rank_is_nan(metric):
    assert np.isnan(metric(np.array([]), np.ones(3)))
    assert np.isnan(metric(np.ones(3), np.array([])))
