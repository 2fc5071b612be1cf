import numpy as np

from vaegis.data.arrays import TableArrays


def test_taken_rows_are_those_asked_for_in_every_part():
    rows = np.arange(4)
    whole = TableArrays(rows[:, None] * 1.0, rows[:, None], np.ones((4, 2)) * rows[:, None])
    taken = whole.take(np.array([3, 1]))
    assert taken.values_ND.tolist() == [[3.0], [1.0]]
    assert taken.codes_NC.tolist() == [[3], [1]]
    assert taken.observed_NX.tolist() == [[3.0, 3.0], [1.0, 1.0]]
