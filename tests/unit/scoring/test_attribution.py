import numpy as np

from vaegis.scoring.attribution import contributions_NX, worst_columns


def test_contributions_add_up_to_what_is_above_usual():
    nll, median = np.array([[1.0, 5.0, 2.0]]), np.array([1.0, 1.0, 1.0])
    parts = contributions_NX(nll, median, np.ones((1, 3)))
    assert parts.tolist() == [[0.0, 4.0, 1.0]]
    assert parts.sum() == (nll - median).sum()


def test_missing_cells_are_not_blamed():
    """A well predicted column usually has a negative NLL: its absence, NLL 0, is not above usual."""
    parts = contributions_NX(np.array([[0.0, 0.5]]), np.array([-3.0, 0.0]), np.array([[0.0, 1.0]]))
    assert parts.tolist() == [[0.0, 0.5]]


def test_worst_first_and_ties_by_column():
    assert worst_columns(np.array([[0.0, 4.0, 1.0], [2.0, 2.0, 3.0]]), 2).tolist() == [[1, 2], [2, 0]]
    assert worst_columns(np.zeros((1, 2)), 5).tolist() == [[0, 1]]
