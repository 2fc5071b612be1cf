import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.fitted.dtype_record import dtype_record, label_record, read_dtype, read_label

NAMES = ["bool", "boolean", "int8", "Int64", "uint64", "float32", "Float64", "object", "datetime64[ns]"]
TEXTS = ["string[python]", "string[pyarrow]"]
ARROW = [pa.string(), pa.large_string(), pa.int8(), pa.float64(), pa.bool_(), pa.timestamp("us", tz="Europe/Paris")]
CATEGORIES = {
    "texts": ["b", "a"],
    "whole": [3, 1],
    "numbers": [0.5, np.inf],
    "truths": [True, False],
    "mixed": [1, "a"],
    "times": pd.to_datetime(["2020", "2021"]).tz_localize("Europe/Paris"),
    "intervals": pd.cut([-1.0, 0.5], [-np.inf, 0.0, 1.0]).categories,
}


def there_and_back(dtype):
    return read_dtype(json.loads(json.dumps(dtype_record(dtype), allow_nan=False)))


@pytest.mark.parametrize("name", [*NAMES, *TEXTS, "datetime64[us, Europe/Paris]", "Sparse[int64, 0]"])
def test_a_dtype_comes_back_by_its_name(name):
    dtype = pd.api.types.pandas_dtype(name)
    assert repr(there_and_back(dtype)) == repr(dtype)


@pytest.mark.parametrize("kind", ARROW, ids=str)
def test_a_dtype_of_arrow_comes_back(kind):
    again = there_and_back(pd.ArrowDtype(kind))
    assert isinstance(again, pd.ArrowDtype)
    assert again.pyarrow_dtype == kind


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("values", CATEGORIES.values(), ids=CATEGORIES)
def test_a_category_comes_back_with_its_values(values, ordered):
    dtype = pd.CategoricalDtype(values, ordered=ordered)
    again = there_and_back(dtype)
    assert again == dtype
    assert again.categories.equals(dtype.categories)
    assert [type(value) for value in again.categories] == [type(value) for value in dtype.categories]


@pytest.mark.parametrize("dtype", [pd.ArrowDtype(pa.decimal128(5, 2)), pd.CategoricalDtype([(1, 2), (3, 4)])], ids=str)
def test_what_would_not_come_back_is_nothing(dtype):
    assert dtype_record(dtype) is None


@pytest.mark.parametrize("label", [0, 3.5, True, "a", ("t", 2), ("t", ("u", 1))])
def test_a_label_comes_back(label):
    assert read_label(json.loads(json.dumps(label_record(label)))) == label


def test_a_label_that_json_does_not_know_is_text():
    assert label_record(pd.Timestamp("2020-01-01")) == "2020-01-01 00:00:00"
