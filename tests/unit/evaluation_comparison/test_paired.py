"""The paired block bootstrap against laws with a known answer."""

import numpy as np
import pytest

from vaegis.evaluation.bootstrap import percentiles
from vaegis.evaluation.comparison.paired import MOST_BLOCKS, deal
from vaegis.evaluation.detection.resampled import resample_ranking

RESAMPLES = 1_000


def means(value_N, key_N=None, seed=0):
    """The mean under each draw, every row a block of its own where no key is given."""
    keys = np.arange(len(value_N)) if key_N is None else key_N
    draws, _ = deal(keys, np.empty(0, dtype=int), seed, RESAMPLES)
    return draws.means(value_N[:, None])[:, 0]


def test_the_first_resample_is_the_rows_as_they_are():
    value_N = np.random.default_rng(0).normal(size=300)
    assert means(value_N)[0] == pytest.approx(value_N.mean())
    assert len(means(value_N)) == RESAMPLES + 1


def test_the_spread_of_a_mean_is_the_one_that_theory_gives():
    value_N = np.random.default_rng(1).normal(scale=2.0, size=4_000)
    means_R = means(value_N)[1:]
    assert means_R.std() == pytest.approx(2.0 / np.sqrt(4_000), rel=0.1)


def test_rows_that_repeat_within_a_day_count_once():
    """Ten equal rows a day know no more than one: the interval must be that of the days."""
    day_D = np.random.default_rng(2).normal(size=200)
    spread = means(np.repeat(day_D, 10), np.repeat(np.arange(200), 10))[1:].std()
    assert spread == pytest.approx(day_D.std() / np.sqrt(200), rel=0.1)


def test_what_both_models_share_cancels():
    """Two models whose errors are nearly the same row by row differ by far less than each varies."""
    rng = np.random.default_rng(3)
    hard_N = rng.normal(scale=10.0, size=2_000)
    own_R, other_R = means(hard_N), means(hard_N - 0.1 + rng.normal(scale=0.1, size=2_000))
    low, high = percentiles((own_R - other_R)[1:])
    assert 0.08 < low < 0.1 < high < 0.12
    assert own_R[1:].std() > 0.15


def test_coverage_of_the_interval():
    rng = np.random.default_rng(4)
    inside = 0
    for trial in range(100):
        low, high = percentiles(means(rng.normal(loc=1.0, size=400), seed=trial)[1:])
        inside += low <= 1.0 <= high
    assert 88 <= inside <= 100


def test_the_spread_of_an_auroc_is_near_that_of_hanley_and_mcneil():
    rng = np.random.default_rng(6)
    positive_P, negative_N = rng.normal(loc=1.0, size=400), rng.normal(size=400)
    draws, _ = deal(np.arange(800), np.empty(0, dtype=int), 0, RESAMPLES)
    auroc_R = resample_ranking(positive_P, negative_N, draws).auroc_R
    area = auroc_R[0]
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + 399 * (q1 - area**2) + 399 * (q2 - area**2)) / 400**2
    assert auroc_R[1:].std() == pytest.approx(np.sqrt(variance), rel=0.2)


def test_many_rows_are_dealt_into_bounded_blocks_and_copies_follow_their_original():
    key_N = np.array([f"row {n:05d}" for n in range(3_000)])
    draws, block_P = deal(key_N, key_N[[5, 77, 2_999]], 0, RESAMPLES)
    assert draws.num_blocks == MOST_BLOCKS
    assert block_P.tolist() == draws.block_N[[5, 77, 2_999]].tolist()


def test_too_few_blocks_leave_the_rows_as_they_are():
    assert means(np.arange(9.0)).tolist() == [4.0]
