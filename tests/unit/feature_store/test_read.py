"""The rows of one source under the view's own names, times as UTC."""

import pandas as pd
import pyarrow as pa

from vaegis.feature_store.read import read_view
from vaegis.feature_store.repository import apply, open_store


def climate(small, start=None, end=None):
    apply(small.folder)
    store = open_store(small.folder)
    return read_view(store, store.get_feature_view("climate"), ["hall_id"], ["temp_c"], start, end)


def moment(text):
    return pd.Timestamp(text, tz="UTC").to_pydatetime()


def test_every_row_is_read_with_both_times(small):
    table = climate(small)
    assert table.num_rows == 24
    assert set(table.column_names) == {"hall_id", "temp_c", "event_timestamp", "created_timestamp"}
    assert table.schema.field("created_timestamp").type == pa.timestamp("us", tz="UTC")


def test_both_ends_are_in(small):
    table = climate(small, moment("2014-01-01 02:00"), moment("2014-01-01 06:00"))
    assert sorted(table["temp_c"].to_pylist()) == [21.0, 22.0, 23.0]


def test_a_column_mapped_by_the_source_bears_the_name_of_the_view(small):
    path = small.root / "data/store/climate.parquet"
    pd.read_parquet(path).rename(columns={"temp_c": "raw"}).to_parquet(path)
    mapped = 'source=FileSource(name="climate", path=str(STORE / "climate.parquet"), field_mapping={"raw": "temp_c"}, '
    small.change('source=stored("climate")', mapped + 'timestamp_field="event_timestamp")')
    assert "temp_c" in climate(small).column_names
