import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.moments import Moments
from vaegis.data.ranges import condition_ranges, in_words, within

COLUMNS = [
    ColumnSpec(name="heat", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="speed", dtype="float64", kind="numeric", role="condition", maximum=5.0),
    ColumnSpec(name="empty", dtype="float64", kind="numeric", role="condition"),
]


def test_only_conditions_with_values_have_ranges_and_the_contract_bounds_them():
    moments = Moments(3)
    assert condition_ranges(COLUMNS, moments) == {}
    for speed in ([1.0, np.nan], [-2.0, 9.0]):
        moments.add(np.array([[0.0, value, np.nan] for value in speed]))
    assert condition_ranges(COLUMNS, moments) == {"speed": (-2.0, 5.0)}


def test_ends_and_gaps_are_within_and_so_is_what_rounding_moves():
    values = np.array([-1.0, 10.0, np.nan, 10.0 + 1e-5, 10.1, -1.01])
    assert within(values, (-1.0, 10.0)).tolist() == [True] * 4 + [False] * 2


def test_ranges_are_told_in_the_columns_own_kind():
    day = pd.Timestamp("2026-01-02", tz="UTC").timestamp()
    time = ColumnSpec(name="at", dtype="timestamp", kind="time", role="condition")
    assert in_words((0.5, 1e6), COLUMNS[1]) == "0.5 to 1e+06"
    assert in_words((day, day + 1), time) == "2026-01-02T00:00:00+00:00 to 2026-01-02T00:00:01+00:00"
