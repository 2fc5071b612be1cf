"""Conformal false alarms: of rows like the calibration rows, no more than the promised share is flagged."""

import numpy as np
import pytest
from scipy import stats

from vaegis.scoring.calibration import Calibration

SPLITS, CALIBRATION, NEW = 20, 999, 1_500


@pytest.fixture(scope="module")
def scores(fitted_machines, make_machines) -> np.ndarray:
    """Return scores of normal rows that the model was not fitted on, one line a split."""
    rows = make_machines(SPLITS * (CALIBRATION + NEW), seed=77)
    return fitted_machines.score(rows).to_numpy().reshape(SPLITS, -1)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
def test_false_alarms_are_as_promised_over_twenty_splits(scores, rate):
    """Given M calibration rows the rate is Beta(k, M + 1 - k) distributed, k = rate (M + 1) (Vovk 2012)."""
    alarms = []
    for split in scores:
        calibration = Calibration.fit(split[:CALIBRATION], np.zeros((CALIBRATION, 1)))
        alarms.append((calibration.pvalue_N(split[CALIBRATION:]) <= rate).sum())
        assert alarms[-1] == (split[CALIBRATION:] >= calibration.threshold(rate)).sum()
    k = round(rate * (CALIBRATION + 1))
    law = stats.betabinom(NEW, k, CALIBRATION + 1 - k)
    low, high = law.interval(0.9995)
    assert min(alarms) >= low
    assert max(alarms) <= high
    assert np.mean(alarms) == pytest.approx(law.mean(), abs=4 * law.std() / SPLITS**0.5)


def test_pvalues_of_like_rows_are_uniform(scores):
    pvalues = [
        Calibration.fit(split[:CALIBRATION], np.zeros((CALIBRATION, 1))).pvalue_N(split[CALIBRATION:])
        for split in scores
    ]
    quantiles = np.quantile(np.concatenate(pvalues), [0.1, 0.25, 0.5, 0.75, 0.9])
    np.testing.assert_allclose(quantiles, [0.1, 0.25, 0.5, 0.75, 0.9], atol=0.02)


def test_in_sample_scores_would_promise_too_much(fitted_machines, make_machines):
    """Why thresholds never come from training rows: theirs are no higher than those of new rows."""
    train, new = make_machines(2_000), make_machines(4_000, seed=78)
    calibration = Calibration.fit(fitted_machines.score(train).to_numpy(), np.zeros((1, 1)))
    in_sample = (calibration.pvalue_N(fitted_machines.score(new).to_numpy()) <= 0.05).mean()
    assert in_sample > 0.035
