from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec, conform
from vaegis.errors import DataError


def spec(name, dtype, kind="numeric"):
    return ColumnSpec(name=name, dtype=dtype, kind=kind, role="feature")


COLUMNS = (
    spec("amount", "float64"),
    spec("count", "int64"),
    spec("word", "string", "category"),
    spec("on", "bool", "binary"),
    spec("at", "timestamp", "time"),
)


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "extra": [1, 2],
            "at": ["2014-03-30T03:00:00+02:00", None],
            "on": [True, False],
            "word": ["a", None],
            "count": [3, 4],
            "amount": [1, 2],
        },
        index=["x", "y"],
    )


def test_order_dtypes_and_index(frame):
    made = conform(frame, COLUMNS)
    assert list(made.columns) == [column.name for column in COLUMNS]
    assert made.index.tolist() == ["x", "y"]
    assert made.dtypes.astype(str).to_dict() == {
        "amount": "float64",
        "count": "float64",
        "word": "object",
        "on": "float64",
        "at": "datetime64[us, UTC]",
    }
    assert made["at"].iloc[0] == pd.Timestamp("2014-03-30T01:00:00Z")
    assert made["word"].tolist() == ["a", None]


def test_what_conforms_stays_as_it_is(frame):
    once = conform(frame, COLUMNS)
    pd.testing.assert_frame_equal(conform(once, COLUMNS), once)


def test_input_is_left_alone(frame):
    before = frame.copy(deep=True)
    conform(frame, COLUMNS)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("values", [[None, None], [np.nan, 1.0], pd.array([1, None], dtype="Int64"), ["1.5", None]])
def test_nulls_and_numbers_as_text_are_numbers(frame, values):
    made = conform(frame.assign(amount=values), COLUMNS)
    assert made["amount"].dtype == "float64"
    assert made["amount"].isna().any()


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        (
            "amount",
            ["much", 1.0],
            r"column 'amount' holds 'much' \(str\) in 1 rows; allowed: float64; change: the input",
        ),
        ("amount", [np.inf, 1.0], "column 'amount' holds an infinite value; allowed: finite numbers or null"),
        ("amount", pd.to_datetime(["2020", None]), r"column 'amount' holds Timestamp\(.*\) \(Timestamp\) in 1 rows"),
        ("word", [1, 2], r"column 'word' holds 1 \(int\) in 2 rows; allowed: string"),
        ("word", [1.5, None], r"column 'word' holds 1.5 \(float\) in 1 rows"),
        (
            "amount",
            pd.to_datetime(["2020-01-01", None]),
            r"'amount' holds Timestamp\('2020.*in 1 rows; allowed: float64",
        ),
        ("count", pd.to_datetime(["2020-01-01", None], utc=True), r"'count' holds Timestamp\('2020.*allowed: int64"),
        (
            "amount",
            pd.to_timedelta([1, 2], unit="h"),
            r"'amount' holds Timedelta\('0 days 01.*in 2 rows; allowed: float64",
        ),
        ("amount", [1j, 2.0], r"'amount' holds 1j \(complex\) in 2 rows; allowed: float64"),
        (
            "word",
            pd.Categorical([1, "1"]),
            "category '1' appears twice; .*change: the input table: the categories of 'word'",
        ),
        ("at", [1, 2], r"column 'at' holds 1 \(int\) in 2 rows; allowed: timestamp"),
        ("at", ["yesterday", None], "column 'at' holds 'yesterday'"),
    ],
)
def test_values_of_another_type_are_named(frame, column, values, message):
    with pytest.raises(DataError, match=message):
        conform(frame.assign(**{column: values}), COLUMNS)


def test_times_that_are_all_missing_are_missing_numbers(frame):
    assert conform(frame.assign(amount=pd.NaT), COLUMNS)["amount"].isna().all()


def test_decimals_are_numbers(frame):
    assert conform(frame.assign(amount=[Decimal("1.5"), None]), COLUMNS)["amount"].tolist()[0] == 1.5


def test_missing_and_repeated_columns_are_named(frame):
    with pytest.raises(
        DataError, match=r"column 'count' is missing \(2 in all\); allowed: amount, count, word, on, at"
    ):
        conform(frame.drop(columns=["count", "on"]), COLUMNS)
    with pytest.raises(DataError, match="column 'word' appears twice; allowed: each name once; change: the file"):
        conform(pd.concat([frame, frame[["word"]]], axis=1), COLUMNS, where="the file")


def test_empty_table_has_the_dtypes(frame):
    made = conform(frame.iloc[:0], COLUMNS)
    assert len(made) == 0
    assert made["amount"].dtype == "float64"
