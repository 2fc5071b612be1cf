from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.inference.frame import contract_of

N = 200


@pytest.fixture
def frame():
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "amount": random.normal(size=N),
            "grade": random.integers(1, 8, N),
            "calls": random.poisson(2, N),
            "flag": random.random(N) < 0.5,
            "bit": random.integers(0, 2, N),
            "kind": pd.Categorical(random.integers(1, 5, N)),
            "word": random.choice(list("xyz"), N),
            "empty": np.nan,
            "constant": 3.0,
            "name": [f"r{n}" for n in range(N)],
            "row": np.arange(N),
            "at": pd.date_range("2020-01-01", periods=N),
        }
    )


def test_numbers_are_amounts_and_levels_are_what_has_a_dtype_for_them(frame):
    schema, left = contract_of(frame)
    kinds = {column.name: (column.kind, column.dtype) for column in schema.features}
    assert kinds == {
        "amount": ("numeric", "float64"),
        "grade": ("numeric", "int64"),
        "calls": ("count", "int64"),
        "flag": ("binary", "bool"),
        "bit": ("binary", "int64"),
        "kind": ("category", "string"),
        "word": ("category", "string"),
        "empty": ("numeric", "float64"),
        "constant": ("numeric", "float64"),
    }
    assert [guess.column.name for guess in left] == ["name", "row", "at"]


def test_what_came_less_what_went_keeps_its_sign():
    schema, _ = contract_of(pd.DataFrame({"net_count": np.arange(N) % 5 - 2}))
    column = schema.column("net_count")
    assert (column.kind, column.minimum, column.maximum) == ("numeric", -6.0, 6.0)


def test_integers_beyond_int64_are_numbers():
    values = np.random.default_rng(0).permutation([2**63 + i**2 * 10**14 for i in range(N)])
    schema, _ = contract_of(pd.DataFrame({"u": values.astype("uint64")}))
    column = schema.column("u")
    assert column.dtype == "float64"
    assert 0.0 < column.minimum <= 2.0**63 < column.maximum


def test_decimals_are_amounts_and_what_is_no_number_and_no_text_is_left_out(frame):
    values = {
        "decimal": [Decimal(n % 17) / 4 for n in range(N)],
        "list": [[n % 3] for n in range(N)],
        "bytes": [b"a", b"b"] * (N // 2),
        "mixed": [1, "a"] * (N // 2),
        "complex": np.arange(N) % 3 * 1j,
        "took": pd.to_timedelta(np.arange(N) % 5, unit="h"),
    }
    schema, left = contract_of(frame.assign(**values))
    assert (schema.column("decimal").kind, schema.column("decimal").dtype) == ("numeric", "float64")
    reasons = {guess.column.name: guess.reason for guess in left if guess.column.name in values}
    assert reasons == {
        "list": "holds values of type list, neither numbers nor text",
        "bytes": "holds values of type bytes, neither numbers nor text",
        "mixed": "holds values of type int and str, neither numbers nor text",
        "complex": "holds values of type complex, neither numbers nor text",
        "took": "holds values of type Timedelta, neither numbers nor text; durations are modelled as numbers, such as "
        "seconds",
    }


def test_the_added_key_and_time_get_out_of_the_way(frame):
    schema, _ = contract_of(frame)
    assert (schema.keys, schema.time) == (["row_"], "event_timestamp")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "column 'a' appears twice"),
        (pd.DataFrame({"name": [f"r{n}" for n in range(30)]}), "no column can be modelled \\(name: 100% of the values"),
        (pd.DataFrame(index=range(3)), "no column can be modelled \\(it has none\\)"),
    ],
)
def test_tables_without_a_feature_are_named(table, message):
    with pytest.raises(DataError, match=message):
        contract_of(table)
