import numpy as np
import pytest

from vaegis.monitoring import distances


def test_numbers_are_the_largest_gap_of_their_distributions():
    window, centre = np.array([[5.0, 5.0, 0.0, 7.0]]), np.array([[10.0, 20.0, 10.0, 0.0]])
    assert distances.shift_of_numbers(window, centre) == pytest.approx([0.25])


def test_levels_are_half_the_absolute_difference():
    assert distances.shift_of_levels(np.array([[3.0, 1.0, 0.0, 9.0]]), np.array([[1.0, 1.0, 2.0, 0.0]])) == (
        pytest.approx([0.5])
    )


def test_missing_is_the_column_that_changed_most():
    window, centre = np.array([[1.0, 5.0, 10.0]]), np.array([[0.0, 90.0, 100.0]])
    assert distances.missing(window, centre) == pytest.approx([0.4])
    assert distances.more_missing(window, centre) == pytest.approx([0.1])


@pytest.mark.parametrize(("window", "expected"), [([0, 0, 1], 2 / 3), ([1, 0, 0], -2 / 3), ([1, 1, 1], 0.0)])
def test_scores_count_pairs_that_are_higher_less_those_that_are_lower(window, expected):
    assert distances.rise_of_scores(np.array([window], float), np.ones((1, 3))) == pytest.approx([expected])


def test_tail_is_the_last_bin():
    assert distances.tail_of_scores(np.array([[8.0, 2.0]]), np.array([[99.0, 1.0]])) == pytest.approx([0.19])


def test_mean_discrepancy_is_the_distance_of_means():
    window, centre = np.array([[6.0, 8.0, 2.0]]), np.array([[0.0, 0.0, 5.0]])
    assert distances.mean_discrepancy(window, centre) == pytest.approx([5.0])


def test_a_classifier_of_halves_that_disagree_has_learned_nothing():
    centre = np.array([[0.0, 0.0, 10.0, 0.0, 0.0, 10.0]])
    agree = np.array([[20.0, 0.0, 10.0, 20.0, 0.0, 10.0]])
    across = np.array([[20.0, 0.0, 10.0, 0.0, 20.0, 10.0]])
    against = np.array([[20.0, 0.0, 10.0, -20.0, 0.0, 10.0]])
    found = [distances.told_apart(side, centre)[0] for side in (agree, across, against)]
    assert found == pytest.approx([2.0, 0.0, -2.0])


@pytest.mark.parametrize("distance", [distances.shift_of_numbers, distances.shift_of_levels])
def test_a_column_without_values_is_as_far_as_can_be(distance):
    """The last bin holds the missing cells."""
    full, dead = np.array([[3.0, 5.0, 2.0]]), np.array([[0.0, 0.0, 10.0]])
    assert [distance(*sides)[0] for sides in ((dead, full), (full, dead), (dead, dead))] == [1.0, 1.0, 0.0]


def test_a_side_without_rows_has_no_distance():
    empty, full = np.zeros((1, 4)), np.ones((1, 4))
    for distance in (distances.shift_of_numbers, distances.rise_of_scores, distances.mean_discrepancy):
        assert np.isnan(distance(empty, full)).all()
        assert np.isnan(distance(full, empty)).all()
