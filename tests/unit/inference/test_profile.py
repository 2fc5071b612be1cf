from datetime import date, time
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.inference.profile import SAMPLE_ROWS, profile, sampled_rows


def counted(values, name="x"):
    return profile(pd.Series(values, name=name), sampled_rows(len(values)))


@pytest.mark.parametrize(
    ("values", "form"),
    [
        ([1, 2, None], "number"),
        ([1.5, np.inf, np.nan], "number"),
        ([True, False], "flag"),
        ([True, None], "flag"),
        (["a", None], "text"),
        (["2024-01-01", "2024-01-02T03:04:05+01:00"], "time"),
        (["2024-01-01", "2024-13-01"], "text"),
        (pd.to_datetime(["2024-01-01"]), "time"),
        ([None, None], "empty"),
        ([np.nan], "empty"),
        ([np.inf], "empty"),
        ([Decimal("1.5"), None], "number"),
        (pd.array([1, None], dtype="object"), "number"),
        (pd.Categorical([1, "x"]), "text"),
        ([date(2024, 1, 1), None], "time"),
    ],
)
def test_form(values, form):
    assert counted(values).form == form


OTHERS = {
    "list": [[1], [2]],
    "dict": [{"a": 1}],
    "bytes": [b"a", None],
    "complex": [1j, 2.0],
    "bool and str": [True, "True"],
    "int and str": [1, "a"],
    "Timedelta": pd.to_timedelta([1, None], unit="h"),
    "Period": pd.period_range("2024", periods=2, freq="M"),
    "time": [time(12, 30)],
    "ndarray": pd.Series([[1]], dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
}


@pytest.mark.parametrize("types", OTHERS)
def test_values_of_any_other_type_are_known_by_it(types):
    column = counted(OTHERS[types])
    assert column.form == "other"
    assert " and ".join(sorted(set(column.values))) == types


def test_infinite_counts_as_missing():
    column = counted([1.0, np.inf, np.nan, 4.0])
    assert column.missing == 0.5
    assert (column.low, column.high) == (1.0, 4.0)


def test_whole_numbers_with_gaps_are_whole():
    assert counted([1.0, np.nan, 3.0]).whole
    assert not counted([1.0, 2.5]).whole
    assert not counted(["1", "2"]).whole


def test_long_tables_are_sampled_but_bounds_and_names_see_every_row():
    values = np.arange(3 * SAMPLE_ROWS)
    column = counted(values)
    assert len(column.sample) == SAMPLE_ROWS
    assert column.distinct == len(values)
    assert column.high == len(values) - 1
    assert column.repeats == 1.0


def test_sampled_rows_are_spread_and_the_same_every_time():
    chosen = sampled_rows(1_000_000, 5)
    assert chosen.tolist() == [0, 250_000, 500_000, 749_999, 999_999]
    assert sampled_rows(3, 5).tolist() == [0, 1, 2]


def test_words_are_counted():
    assert counted(["one two three", "one"]).words == 2.0
