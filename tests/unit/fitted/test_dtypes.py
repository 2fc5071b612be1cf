import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.contract import ColumnSpec
from vaegis.fitted.dtypes import in_dtypes


def spec(name, dtype):
    kind = {"string": "category", "bool": "binary", "timestamp": "time"}.get(dtype, "numeric")
    return ColumnSpec(name=name, dtype=dtype, kind=kind, role="feature")


def cast_one(values, own, dtype):
    """Bring one made column to the dtype of another."""
    made, own = pd.DataFrame({"x": values}), pd.DataFrame({"x": own})
    return in_dtypes(made, own.dtypes, [spec("x", dtype)])["x"]


def test_made_columns_take_the_dtypes_of_the_callers():
    own = pd.DataFrame(
        {
            "whole": np.array([1, 2], dtype="int32"),
            "nullable": pd.array([1, None], dtype="Int64"),
            "yes": [True, False],
            "perhaps": pd.array([True, None], dtype="boolean"),
            "grade": pd.Categorical([1, 3], categories=[1, 2, 3]),
            "word": pd.array(["a", "b"], dtype="string"),
            "plain": ["a", "b"],
            "small": np.array([0.5, 1.5], dtype="float32"),
        }
    )
    numbers = {"whole": [1.2, 2.0], "nullable": [3.0, 4.0], "yes": [1.0, 0.0], "perhaps": [0.0, 1.0]}
    made = pd.DataFrame({**numbers, "grade": ["2", "3"], "word": ["a", "a"], "plain": ["b", "b"], "small": [0.1, 0.2]})
    kinds = {"grade": "string", "word": "string", "plain": "string", "yes": "bool", "perhaps": "bool"}
    cast = in_dtypes(made, own.dtypes, [spec(name, kinds.get(name, "float64")) for name in own])
    assert cast.dtypes.equals(own.dtypes)
    assert cast["whole"].tolist() == [1, 2]
    assert cast["grade"].tolist() == [2, 3]


def test_missing_whole_numbers_stay_missing():
    own = pd.DataFrame({"whole": [1, 2], "nullable": pd.array([1, 2], dtype="Int64")})
    made = pd.DataFrame({"whole": [1.0, np.nan], "nullable": [np.nan, 2.0]})
    cast = in_dtypes(made, own.dtypes, [spec("whole", "int64"), spec("nullable", "int64")])
    assert cast["whole"].isna().tolist() == [False, True]
    assert str(cast["nullable"].dtype) == "Int64"


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object", "float64", "int8", "bool[pyarrow]", "category"])
@pytest.mark.parametrize("made", [[1.0, 0.0], [True, False]])
def test_truth_values_are_true_or_false_where_they_can_be(dtype, made):
    own = pd.Series([True, False]).astype(dtype)
    cast = cast_one(made, own, "bool")
    assert cast.dtype == own.dtype
    assert cast.tolist() == [True, False]
    assert type(cast.tolist()[0]) is {"float64": float, "int8": int}.get(dtype, bool)


def test_a_missing_truth_value_is_missing_in_objects_too():
    assert cast_one([1.0, np.nan], [True, None], "bool").tolist() == [True, None]
    assert cast_one([1.0, np.nan], [True, False], "bool").tolist() == [True, None]
    assert cast_one([1.0, np.nan], pd.array([True, None], dtype="boolean"), "bool").isna().tolist() == [False, True]


ZONES = ["datetime64[ns]", "datetime64[s]", "datetime64[us, UTC]", "datetime64[ns, Europe/Paris]"]
ARROW_ZONES = ["timestamp[ns][pyarrow]", "timestamp[us, tz=Europe/Paris][pyarrow]"]


@pytest.mark.parametrize("dtype", ZONES + ARROW_ZONES)
def test_times_are_in_the_zone_of_the_callers_or_in_none(dtype):
    dtype = pd.api.types.pandas_dtype(dtype)
    made = pd.Series(pd.to_datetime(["2020-07-01T10:00:00Z", None])).astype("datetime64[us, UTC]")
    cast = cast_one(made, pd.Series([None, None], dtype=dtype), "timestamp")
    assert cast.dtype == dtype
    zone = getattr(getattr(dtype, "pyarrow_dtype", dtype), "tz", None)
    assert cast[0].hour == (12 if "Paris" in str(zone) else 10)
    assert cast.isna().tolist() == [False, True]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "uint64", "int64", "Int8", "int8[pyarrow]", "Sparse[int64, 0]"])
def test_whole_numbers_stay_within_what_their_dtype_holds(dtype):
    own = pd.Series([0, 1]).astype(dtype)
    cast = cast_one([-1e30, 1e30], own, "int64")
    assert cast.dtype == own.dtype
    assert cast[0] <= 0
    assert cast[1] > 100


def test_how_rows_came_stays_with_them():
    made = pd.DataFrame({"x": [1.0]})
    made.attrs["sampling"] = {"method": "exact"}
    assert in_dtypes(made, {"x": np.dtype("int64")}, [spec("x", "int64")]).attrs == made.attrs


@pytest.mark.parametrize("own", [pd.Series([np.nan] * 2), pd.Series([None] * 2, dtype=pd.ArrowDtype(pa.null()))])
@pytest.mark.parametrize(
    ("values", "dtype"),
    [(["a", "b"], "string"), (pd.to_datetime(["2020-01-01", "2020-01-02"], utc=True), "timestamp")],
)
def test_a_column_without_any_value_says_nothing_of_its_dtype(own, values, dtype):
    assert cast_one(values, own, dtype).tolist() == list(values)
