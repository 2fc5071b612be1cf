"""Gaps of the halves are those that scipy finds in them."""

import numpy as np
import pytest
from scipy.stats import ks_2samp, kstest

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.gaps import THRESHOLDS, gap_between, gap_to_uniform, variation_between
from vaegis.evaluation.halves import halve, masks

RNG = np.random.default_rng(0)
DAYS = halve(Bootstrap.of_blocks(np.repeat(np.arange(30), 100), 5, 0), 0)
ROWS = halve(Bootstrap.of_rows(2_000, 5, 0), 1)


def test_distance_from_uniform():
    value_N = RNG.beta(1.3, 1.0, 3_000)
    exact = [kstest(value_N[inside_N], "uniform").statistic for inside_N in masks(DAYS)]
    np.testing.assert_allclose(gap_to_uniform(value_N, DAYS), exact, atol=1.5 / THRESHOLDS)
    edges = np.resize([0.0, 1.0], 3_000)
    np.testing.assert_allclose(gap_to_uniform(edges, DAYS), 0.5, atol=1.5 / THRESHOLDS)


@pytest.mark.parametrize("digits", [1, 9], ids=["tied", "distinct"])
def test_distance_of_two_samples(digits):
    here_N, there_M = RNG.normal(size=3_000).round(digits), RNG.normal(0.2, 1.1, 2_000).round(digits)
    found = zip(masks(DAYS), masks(ROWS), strict=True)
    exact = [ks_2samp(here_N[inside_N], there_M[inside_M]).statistic for inside_N, inside_M in found]
    np.testing.assert_allclose(gap_between(here_N, there_M, (DAYS, ROWS)), exact, atol=2.5 / THRESHOLDS)


def test_total_variation():
    here_N, there_M = RNG.integers(0, 4, 3_000), RNG.integers(2, 6, 2_000)
    found = variation_between(here_N, there_M, (DAYS, ROWS))
    for half, (inside_N, inside_M) in enumerate(zip(masks(DAYS), masks(ROWS), strict=True)):
        shares = [np.bincount(c, minlength=6) / len(c) for c in (here_N[inside_N], there_M[inside_M])]
        assert found[half] == pytest.approx(0.5 * np.abs(shares[0] - shares[1]).sum())


def test_what_is_missing_does_not_count():
    value_N, there_M = RNG.uniform(size=3_000), RNG.uniform(size=2_000)
    value_N[::3] = np.nan
    exact = [kstest(value_N[inside_N & ~np.isnan(value_N)], "uniform").statistic for inside_N in masks(DAYS)]
    np.testing.assert_allclose(gap_to_uniform(value_N, DAYS), exact, atol=1.5 / THRESHOLDS)
    assert (gap_between(value_N, there_M, (DAYS, ROWS)) < 0.1).all()
    code_N = np.where(np.isnan(value_N), -1, 0)
    np.testing.assert_array_equal(variation_between(code_N, np.zeros(2_000, dtype=int), (DAYS, ROWS)), 0.0)


def test_nothing_at_all_is_no_number():
    nothing = np.full(3_000, np.nan)
    assert np.isnan(gap_to_uniform(nothing, DAYS)).all()
    assert np.isnan(gap_between(nothing, np.ones(2_000), (DAYS, ROWS))).all()
    assert np.isnan(gap_between(nothing, np.full(2_000, np.nan), (DAYS, ROWS))).all()
    assert np.isnan(variation_between(np.full(3_000, -1), np.zeros(2_000, dtype=int), (DAYS, ROWS))).all()
