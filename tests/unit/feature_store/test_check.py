"""Declared against held."""

import pandas as pd
import pytest

from vaegis.errors import DataError
from vaegis.feature_store.check import check_sources
from vaegis.feature_store.repository import apply, find_service, open_store


def check(small):
    apply(small.folder)
    store = open_store(small.folder)
    check_sources(store, find_service(store, "machines_v1"))


def climate(**columns):
    times = pd.date_range("2014-01-01", periods=2, freq="h", tz="UTC")
    return pd.DataFrame({"hall_id": "north", "event_timestamp": times} | columns)


def test_a_good_store_passes_and_ints_count_as_numbers(small):
    check(small)
    small.write("climate", climate(temp_c=[1, 2]))
    check(small)


def test_a_missing_feature_lists_what_there_is(small):
    small.write("climate", climate(temp_k=[1.0, 2.0]))
    with pytest.raises(DataError, match="view climate: column 'temp_c' is not in its source climate; allowed: hall_id"):
        check(small)


def test_a_missing_key_is_named(small):
    small.write("climate", climate(temp_c=[1.0, 2.0]).rename(columns={"hall_id": "building"}))
    with pytest.raises(DataError, match="column 'hall_id' is not in its source"):
        check(small)


def test_text_in_a_number_column_is_named(small):
    small.write("climate", climate(temp_c=["warm", "cold"]))
    with pytest.raises(DataError, match="column 'temp_c' is declared float64, its source holds string"):
        check(small)


def test_a_missing_file_is_named(small):
    (small.root / "data" / "store" / "climate.parquet").unlink()
    with pytest.raises(DataError, match=r"source climate cannot be read"):
        check(small)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"hall_id": [1, 2]}, "view climate: column 'hall_id' must be STRING, its source climate holds int64"),
        ({"event_timestamp": ["monday", "tuesday"]}, "column 'event_timestamp' must be UNIX_TIMESTAMP"),
        ({"event_timestamp": [1, 2]}, "column 'event_timestamp' must be UNIX_TIMESTAMP, its source climate holds int"),
    ],
)
def test_keys_and_times_of_another_type_are_named(small, columns, says):
    small.write("climate", climate(temp_c=[1.0, 2.0]).assign(**columns))
    with pytest.raises(DataError, match=says):
        check(small)


def test_a_torn_file_is_named(small):
    (small.root / "data" / "store" / "climate.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match=r"source climate cannot be read \(.*not a parquet file"):
        check(small)


def test_a_type_outside_the_contract_is_named(small):
    small.change('Field(name="mode", dtype=String)', 'Field(name="mode", dtype=Array(String))')
    features = small.folder / "features.py"
    features.write_text(features.read_text().replace("import Float64,", "import Array, Float64,"))
    with pytest.raises(DataError, match=r"column mode: type .*; allowed: BOOL, DOUBLE"):
        check(small)
