"""The paired block bootstrap against laws with a known answer."""

import numpy as np
import pytest

from vaegis.evaluation.comparison.paired import MOST_BLOCKS, Blocks, interval, ranking_R
from vaegis.evaluation.detection.ranking import auroc, average_precision

RESAMPLES = 1_000


def each_alone(num_rows, seed=0):
    return Blocks.deal(np.arange(num_rows), np.empty(0, dtype=int), seed, RESAMPLES)


def test_the_first_resample_is_the_rows_as_they_are():
    value_N = np.random.default_rng(0).normal(size=300)
    blocks = each_alone(300)
    assert blocks.mean_R(value_N)[0] == pytest.approx(value_N.mean())
    assert len(blocks.mean_R(value_N)) == RESAMPLES + 1


def test_the_spread_of_a_mean_is_the_one_that_theory_gives():
    value_N = np.random.default_rng(1).normal(scale=2.0, size=4_000)
    means_R = each_alone(4_000).mean_R(value_N)[1:]
    assert means_R.std() == pytest.approx(2.0 / np.sqrt(4_000), rel=0.1)


def test_rows_that_repeat_within_a_day_count_once():
    """Ten equal rows a day know no more than one: the interval must be that of the days."""
    day_D = np.random.default_rng(2).normal(size=200)
    blocks = Blocks.deal(np.repeat(np.arange(200), 10), np.empty(0, dtype=int), 0, RESAMPLES)
    spread = blocks.mean_R(np.repeat(day_D, 10))[1:].std()
    assert spread == pytest.approx(day_D.std() / np.sqrt(200), rel=0.1)


def test_what_both_models_share_cancels():
    """Two models whose errors are nearly the same row by row differ by far less than each varies."""
    rng = np.random.default_rng(3)
    hard_N = rng.normal(scale=10.0, size=2_000)
    blocks = each_alone(2_000)
    own_R, other_R = blocks.mean_R(hard_N), blocks.mean_R(hard_N - 0.1 + rng.normal(scale=0.1, size=2_000))
    low, high = interval(own_R - other_R)
    assert 0.08 < low < 0.1 < high < 0.12
    assert own_R[1:].std() > 0.15


def test_coverage_of_the_interval():
    rng = np.random.default_rng(4)
    inside = 0
    for trial in range(100):
        low, high = interval(each_alone(400, trial).mean_R(rng.normal(loc=1.0, size=400)))
        inside += low <= 1.0 <= high
    assert 88 <= inside <= 100


@pytest.mark.parametrize("ties", [False, True])
def test_weighted_ranking_equals_the_plain_one(ties):
    rng = np.random.default_rng(5)
    positive_P, negative_N = rng.normal(loc=1.0, size=200), rng.normal(size=900)
    if ties:
        positive_P, negative_N = positive_P.round(1), negative_N.round(1)
    blocks = each_alone(900)
    auroc_R, ap_R = ranking_R(blocks, positive_P, np.arange(200), negative_N, np.arange(900) % blocks.number)
    assert auroc_R[0] == pytest.approx(auroc(positive_P, negative_N))
    assert ap_R[0] == pytest.approx(average_precision(positive_P, negative_N))


def test_the_spread_of_an_auroc_is_near_that_of_hanley_and_mcneil():
    rng = np.random.default_rng(6)
    positive_P, negative_N = rng.normal(loc=1.0, size=400), rng.normal(size=400)
    blocks = Blocks.deal(np.arange(800), np.empty(0, dtype=int), 0, RESAMPLES)
    auroc_R, _ = ranking_R(blocks, positive_P, blocks.of_N[:400], negative_N, blocks.of_N[400:])
    area = auroc_R[0]
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + 399 * (q1 - area**2) + 399 * (q2 - area**2)) / 400**2
    assert auroc_R[1:].std() == pytest.approx(np.sqrt(variance), rel=0.2)


def test_r2_by_resample_is_the_plain_one():
    rng = np.random.default_rng(7)
    x_N = 1e6 + rng.normal(size=500)
    error_N = rng.normal(scale=0.5, size=500)
    error_N[::7] = np.nan
    kept = np.isfinite(error_N)
    expected = 1 - (error_N[kept] ** 2).mean() / x_N[kept].var()
    assert each_alone(500).r2_R(x_N, error_N)[0] == pytest.approx(expected, rel=1e-6)


def test_a_constant_column_has_no_r2():
    assert np.isnan(each_alone(50).r2_R(np.ones(50), np.zeros(50))[0])


def test_many_rows_are_dealt_into_bounded_blocks_and_copies_follow_their_original():
    key_N = np.array([f"row {n:05d}" for n in range(3_000)])
    blocks = Blocks.deal(key_N, key_N[[5, 77, 2_999]], 0, RESAMPLES)
    assert blocks.number == MOST_BLOCKS
    assert blocks.of_P.tolist() == blocks.of_N[[5, 77, 2_999]].tolist()


def test_an_interval_needs_numbers():
    assert np.isnan(interval(np.full(RESAMPLES + 1, np.nan))).all()
