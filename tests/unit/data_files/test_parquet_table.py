from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vaegis.data.files.parquet_table import read_parquet, type_of, typed_values
from vaegis.data.files.parts import Part
from vaegis.errors import ArtifactError, DataError


def column(values, kind=None):
    return pa.chunked_array([pa.array(values, kind)])


@pytest.mark.parametrize(
    ("values", "kind", "found"),
    [
        ([True], None, "flag"),
        ([1], pa.uint8(), "whole"),
        ([1.5], pa.float32(), "number"),
        ([Decimal("1.50")], None, "number"),
        ([datetime(2024, 1, 1)], None, "time"),
        ([date(2024, 1, 1)], None, "time"),
        (["a"], pa.large_string(), "text"),
        ([None], None, "text"),
        ([[1]], None, ""),
        ([{"a": 1}], None, ""),
    ],
)
def test_types(values, kind, found):
    assert type_of(column(values, kind)) == found


def test_coded_text_is_text():
    assert type_of(column(["a", "b"]).dictionary_encode()) == "text"


@pytest.mark.parametrize(
    ("values", "kind", "wanted", "expected"),
    [
        ([True, False], None, "flag", [1, 0]),
        ([1, 2], pa.int8(), "whole", [1, 2]),
        ([1.0, 2.0], None, "whole", [1, 2]),
        ([1, 2], None, "number", [1.0, 2.0]),
        ([Decimal("1.50"), None], None, "number", [1.5, np.nan]),
        ([1.5, np.inf], None, "number", [1.5, np.nan]),
    ],
)
def test_values(values, kind, wanted, expected):
    found = typed_values("x", column(values, kind), wanted, "UTC")
    np.testing.assert_array_equal(found.to_numpy(dtype=float), expected)


def test_times_are_utc():
    bare = typed_values("x", column([datetime(2024, 7, 1, 12)]), "time", "Europe/Paris")
    borne = typed_values("x", column([datetime(2024, 7, 1, 12, tzinfo=UTC)]), "time", "Europe/Paris")
    assert (bare[0].hour, borne[0].hour) == (10, 12)
    assert str(bare.dtype) == "datetime64[us, UTC]"
    assert typed_values("x", column([date(2024, 1, 1)]), "time", "UTC")[0] == pd.Timestamp("2024-01-01", tz="UTC")


@pytest.mark.parametrize(
    ("values", "wanted", "message"),
    [
        ([1.5], "whole", "column 'x': .*truncated"),
        (["a"], "number", "column 'x' holds string"),
        ([1], "time", "holds int64"),
    ],
)
def test_another_type_is_one_line(values, wanted, message):
    with pytest.raises(DataError, match=message):
        typed_values("x", column(values), wanted, "UTC")


def test_row_numbers_of_pandas_are_no_column(tmp_path):
    pd.DataFrame({"a b": [1, 2]}, index=[5, 7]).to_parquet(tmp_path / "x.parquet")
    assert read_parquet(Part(tmp_path / "x.parquet", "x.parquet")).to_pydict() == {"a_b": [1, 2]}


def test_a_file_cut_short_is_one_line(tmp_path):
    file = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": list(range(1000))}), file)
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(ArtifactError, match=r"x\.parquet cannot be read: .* cut short or damaged"):
        read_parquet(Part(file, "x.parquet"))
