import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaegis.scoring.calibration import Calibration, flags_N

SCORES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60)


def calibrate(scores: list[float]) -> Calibration:
    return Calibration.fit(np.array(scores), np.zeros((len(scores), 2)))


def test_pvalue_counts_rows_that_score_as_high():
    calibration = calibrate([3.0, 1.0, 2.0, 2.0])
    np.testing.assert_allclose(calibration.pvalue_N(np.array([0.0, 2.0, 2.5, 9.0])), [5 / 5, 4 / 5, 2 / 5, 1 / 5])


@given(scores=SCORES, asked=st.lists(st.floats(), max_size=20))
def test_the_pvalue_of_one_score_is_that_among_many(scores, asked):
    calibration = calibrate(scores)
    assert [calibration.pvalue(score) for score in [*asked, *scores]] == calibration.pvalue_N(
        np.array([*asked, *scores])
    ).tolist()


@given(scores=SCORES, rate=st.floats(0.001, 0.5))
def test_threshold_is_the_lowest_score_whose_pvalue_is_at_most_the_rate(scores, rate):
    calibration = calibrate(scores)
    threshold = calibration.threshold(rate)
    if np.isinf(threshold) and threshold > 0:
        assert 1 / (len(scores) + 1) > rate
        return
    below = np.nextafter(threshold, -np.inf)
    assert calibration.pvalue_N(np.array([threshold]))[0] <= rate
    assert calibration.pvalue_N(np.array([below]))[0] > rate


@pytest.mark.parametrize(("num_rows", "rate"), [(99, 0.29), (99, 0.07), (9, 0.3), (999, 0.057)])
def test_threshold_and_pvalue_agree_where_the_rate_is_a_pvalue(num_rows, rate):
    """rate * (rows + 1) is a whole number but not in floating point."""
    calibration = calibrate(list(range(num_rows)))
    flagged = (np.arange(num_rows) >= calibration.threshold(rate)).sum()
    assert flagged == (calibration.pvalue_N(np.arange(num_rows)) <= rate).sum() == round(rate * (num_rows + 1)) - 1


def test_too_few_rows_flag_nothing():
    assert calibrate([1.0] * 98).threshold(0.01) == np.inf
    assert calibrate([1.0] * 99).threshold(0.01) < np.inf
    assert calibrate([1.0] * 99).threshold(0.01) > 1.0


@given(scores=SCORES)
def test_pvalues_fall_with_the_score_and_stay_valid(scores):
    pvalues = calibrate(scores).pvalue_N(np.sort(scores))
    assert (np.diff(pvalues) <= 0).all()
    assert pvalues.min() >= 1 / (len(scores) + 1)
    assert pvalues.max() <= 1.0


def test_usual_share_of_a_column_is_its_median():
    calibration = Calibration.fit(np.arange(3.0), np.array([[0.0, 5.0], [1.0, 5.0], [50.0, 6.0]]))
    assert calibration.column_median_X.tolist() == [1.0, 5.0]


@pytest.mark.parametrize(
    ("num_rows", "rate", "among"), [(98, 0.01, 1), (99, 0.01, 1), (999, 0.1, 101), (1_009, 0.1, 101)]
)
def test_underpowered_is_said_exactly_where_no_row_can_be_flagged(num_rows, rate, among):
    """The most anomalous row alone among usual ones."""
    calibration = calibrate(list(range(num_rows)))
    pvalues = np.concatenate([calibration.pvalue_N(np.array([num_rows])), np.ones(among - 1)])
    assert flags_N(pvalues, rate).any() == (calibration.underpowered(rate, among) == "")


def test_underpowered_says_how_many_rows_are_needed():
    assert calibrate([0.0] * 20).underpowered(0.01) == (
        "underpowered: 20 calibration rows reach no p-value below 0.048, and rate 0.01 asks for 0.01: "
        "at least 99 rows are needed"
    )
    assert "for one row among 50 asks for 0.0002: at least 4999 rows" in calibrate([0.0]).underpowered(0.01, 50)
    assert calibrate([0.0] * 4_999).underpowered(0.01, 50) == ""


def test_flags_are_those_of_benjamini_and_hochberg():
    """Their example: 15 p-values at 0.05, of which the four smallest pass."""
    small = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    pvalues = np.array([*small, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0])
    order = np.random.default_rng(0).permutation(15)
    assert flags_N(pvalues[order], 0.05).tolist() == (order < 4).tolist()


def test_missing_pvalues_are_neither_flagged_nor_counted():
    assert flags_N(np.array([0.04, np.nan]), 0.05).tolist() == [True, False]
    assert flags_N(np.array([np.nan]), 0.5).tolist() == [False]
    assert flags_N(np.zeros(0), 0.5).shape == (0,)


def test_equal_pvalues_share_their_fate():
    assert flags_N(np.array([0.03, 0.03, 0.9]), 0.05).tolist() == [True, True, False]
