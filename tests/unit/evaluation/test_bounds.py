import numpy as np
import pytest
from scipy.stats import binomtest

from vaegis.evaluation.bounds import auroc, binomial_interval, excess, mean, share
from vaegis.evaluation.estimate import NotComputable


def test_shares_have_exact_bounds():
    """Clopper and Pearson's published bounds for 10 of 100, and the rule of three for none."""
    found = share(10, 100)
    assert (found.low, found.high) == pytest.approx((0.0490, 0.1762), abs=5e-5)
    assert share(0, 100).high == pytest.approx(1 - 0.025 ** (1 / 100))
    assert share(100, 100).low == pytest.approx(0.025 ** (1 / 100))


@pytest.mark.parametrize(("hits", "rows"), [(0, 10), (3, 10), (10, 10), (17, 4000)])
def test_the_interval_is_that_of_clopper_and_pearson(hits, rows):
    known = binomtest(hits, rows).proportion_ci(method="exact")
    low, high = binomial_interval(np.array([hits]), np.array([rows]))
    assert (low[0], high[0]) == pytest.approx((known.low, known.high))


def test_excess_is_newcombes_example():
    """56 of 70 against 48 of 80: 0.2, [0.0524, 0.3339] by Wilson bounds (Newcombe 1998); exact ones are a bit wider."""
    found = excess(share(56, 70), share(48, 80))
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.0524, abs=0.02)
    assert found.high == pytest.approx(0.3339, abs=0.02)


def test_intervals_of_auroc_and_mean_cover_as_often_as_they_say():
    random, truth = np.random.default_rng(0), 0.760250  # P(N(1, 1) > N(0, 1)) = Phi(1 / sqrt 2)
    hits = means = 0
    for _ in range(400):
        positive, negative = random.normal(1, 1, 60), random.normal(0, 1, 90)
        found, average = auroc(positive, negative), mean(positive)
        hits += found.low <= truth <= found.high
        means += average.low <= 1.0 <= average.high
    assert 0.91 <= hits / 400 <= 0.98
    assert 0.91 <= means / 400 <= 0.98


def test_ties_count_half_and_certainty_has_no_width():
    assert auroc(np.ones(5), np.ones(7)).value == 0.5
    certain = auroc(np.ones(5), np.zeros(7))
    assert (certain.value, certain.low, certain.high) == (1.0, 1.0, 1.0)


def test_a_figure_becomes_evidence():
    found = share(1, 10)
    assert (found.estimate.value, found.estimate.rows) == (0.1, 10)
    assert found.upper.value == found.high


@pytest.mark.parametrize(
    "measure", [lambda: share(0, 0), lambda: mean(np.ones(1)), lambda: auroc(np.ones(1), np.ones(5))]
)
def test_nothing_to_measure_has_a_reason(measure):
    with pytest.raises(NotComputable, match="rows to measure it on, and it takes"):
        measure()
