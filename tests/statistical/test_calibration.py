"""Conformal false alarms: of rows like the calibration rows, no more than the promised share is flagged."""

import numpy as np
import pytest
from scipy import stats

from vaegis.config.score import ScoreConfig
from vaegis.scoring.calibration import Calibration, flags_N
from vaegis.scoring.detector import Detector

SPLITS, CALIBRATION, NEW = 20, 999, 1_500
HYBRID_SPLITS, HYBRID_CALIBRATION, HYBRID_NEW = 25, 399, 400


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
    """Why thresholds never come from training rows: each is its own nearest neighbour, so that most new rows alarm."""
    encode, num_levels = fitted_machines.transform.encode, fitted_machines.transform.num_levels
    train, held_out, new = (
        encode(make_machines(500)),
        encode(make_machines(999, seed=77)),
        make_machines(4_000, seed=78),
    )
    detector = Detector.fit(train, num_levels, ScoreConfig())
    scores = detector.score_N(encode(new))
    in_sample, honest = (
        (Calibration.fit(detector.score_N(rows), np.zeros((1, 1))).pvalue_N(scores) <= 0.05).mean()
        for rows in (train, held_out)
    )
    assert in_sample > 0.3
    assert honest < 0.08


@pytest.fixture(scope="module")
def hybrid_scores(fitted_machines, make_machines) -> np.ndarray:
    """Return scores of normal rows by a detector fitted on others, one line a split."""
    transform = fitted_machines.transform
    num_levels = tuple(len(levels) for levels in transform.levels)
    detector = Detector.fit(transform.encode(make_machines(500)), num_levels, ScoreConfig())
    rows = make_machines(HYBRID_SPLITS * (HYBRID_CALIBRATION + HYBRID_NEW), seed=79)
    return detector.score_N(transform.encode(rows)).reshape(HYBRID_SPLITS, -1)


def test_false_alarms_of_the_hybrid_are_inside_their_binomial_interval(hybrid_scores):
    rate, alarms = 0.05, []
    for split in hybrid_scores:
        calibration = Calibration.fit(split[:HYBRID_CALIBRATION], np.zeros((HYBRID_CALIBRATION, 1)))
        alarms.append((calibration.pvalue_N(split[HYBRID_CALIBRATION:]) <= rate).sum())
    k = round(rate * (HYBRID_CALIBRATION + 1))
    law = stats.betabinom(HYBRID_NEW, k, HYBRID_CALIBRATION + 1 - k)
    low, high = law.interval(0.9995)
    assert low <= min(alarms) <= max(alarms) <= high
    assert np.mean(alarms) == pytest.approx(law.mean(), abs=4 * law.std() / HYBRID_SPLITS**0.5)


def test_flags_keep_the_false_discovery_rate(hybrid_scores):
    """A tenth of the rows are anomalies that score high; of the rows flagged no more than the rate are normal."""
    rate, shares, found = 0.2, [], []
    for split in hybrid_scores:
        calibration = Calibration.fit(split[:HYBRID_CALIBRATION], np.zeros((HYBRID_CALIBRATION, 1)))
        new = split[HYBRID_CALIBRATION:].copy()
        new[: HYBRID_NEW // 10] = split.max() + 1.0
        flagged = flags_N(calibration.pvalue_N(new), rate)
        shares.append(flagged[HYBRID_NEW // 10 :].sum() / max(flagged.sum(), 1))
        found.append(flagged[: HYBRID_NEW // 10].all())
    assert 0.05 < np.mean(shares) <= 0.9 * rate + 3 * np.std(shares) / HYBRID_SPLITS**0.5
    assert all(found)
