import numpy as np
import pandas as pd

from tests.fixtures.known_generators import COLUMNS, rows
from vaegis.contract import ColumnSpec
from vaegis.evaluation.privacy.keys import row_keys


def test_equal_rows_have_equal_keys_whatever_their_index_and_dtype():
    frame = rows(200, 0)
    shuffled = frame.sample(frac=1.0, random_state=0)
    assert set(row_keys(frame, COLUMNS)) == set(row_keys(shuffled, COLUMNS))
    assert len(np.unique(row_keys(frame, COLUMNS))) == 200
    single = frame.astype({"a": "float32", "group": "category"})
    np.testing.assert_array_equal(row_keys(single, COLUMNS), row_keys(frame, COLUMNS))


def test_one_cell_makes_another_row_and_the_eighth_digit_does_not():
    frame = rows(3, 0)
    keys = row_keys(frame, COLUMNS)
    assert row_keys(frame.assign(group="other"), COLUMNS)[0] != keys[0]
    assert row_keys(frame.assign(a=frame["a"] * 1.001), COLUMNS)[0] != keys[0]
    np.testing.assert_array_equal(row_keys(frame.assign(a=frame["a"] * (1 + 1e-12)), COLUMNS), keys)


def test_missing_equals_missing_and_minus_zero_is_zero():
    frame = rows(2, 0).assign(a=[np.nan, 0.0], group=[None, None])
    again = frame.assign(a=[np.nan, -0.0], group=[np.nan, None])
    np.testing.assert_array_equal(row_keys(frame, COLUMNS), row_keys(again, COLUMNS))


def test_stamps_a_second_apart_differ():
    stamp = ColumnSpec(name="at", dtype="timestamp", kind="time", role="feature")
    frame = pd.DataFrame({"at": pd.to_datetime(["2015-01-01T00:00:00Z", "2015-01-01T00:00:01Z"])})
    first, second = row_keys(frame, [stamp])
    assert first != second
