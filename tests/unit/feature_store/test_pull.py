"""What a pull delivers, and from when to when; test_retrieve.py looks at the values."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vaegis.config.pull import PullConfig
from vaegis.errors import ConfigError, DataError
from vaegis.feature_store.pull import pull, write_table

KEYS = ["machine_id", "event_timestamp"]


def pulled(small, **values):
    return pull(small.folder, PullConfig(service="machines_v1", **values))


def stamp(text):
    return pd.Timestamp(text, tz="UTC")


def test_rows_are_unique_and_sorted_and_every_source_row_is_accounted_for(small):
    result = pulled(small)
    rows = result.rows.to_pandas()[KEYS]
    assert not rows.duplicated().any()
    assert rows.equals(rows.sort_values(KEYS, ignore_index=True))
    source = result.source_keys.to_pandas()
    assert len(source) == 95
    assert len(rows) == len(source) - 1
    assert set(rows.itertuples(index=False)) == set(source.itertuples(index=False))


def test_both_twins_are_delivered_beside_the_rows_with_what_they_differ_in(small):
    twins = pulled(small).duplicates.to_pandas()
    assert twins[KEYS].drop_duplicates().to_numpy().tolist() == [["m2", stamp("2014-01-01 03:00")]]
    assert sorted(twins["kw"]) == [-1.0, 3.0]


def test_a_twin_is_no_row_of_the_coverage(small):
    coverage = pulled(small).coverage.to_pandas().set_index("machine_id")
    assert coverage.loc["m2", ["expected", "rows", "missing_slots"]].tolist() == [48, 48, 0]
    assert coverage.loc["m1", ["expected", "rows", "missing_slots", "longest_gap_slots"]].tolist() == [48, 46, 2, 2]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2014-01-01T10:00", "2014-01-02T01:00"),
        ("2014-01-01T10:00Z", "2014-01-02T01:00Z"),
        ("2014-01-01T11:00+01:00", "2014-01-01T20:00-05:00"),
    ],
)
def test_the_start_is_in_and_the_end_is_out_and_no_zone_is_utc(small, start, end):
    result = pulled(small, start=start, end=end)
    for table in (result.rows, result.source_keys):
        times = table.to_pandas()["event_timestamp"]
        assert (times.min(), times.max()) == (stamp("2014-01-01 10:00"), stamp("2014-01-02 00:00"))
    assert result.rows.num_rows == 2 * 15
    assert result.duplicates.num_rows == 0


def test_a_row_at_the_start_still_knows_what_was_measured_before(small):
    first = pulled(small, start="2014-01-01T11:00").rows.to_pandas().iloc[0]
    assert first["event_timestamp"] == stamp("2014-01-01 11:00")
    assert first["temp_c"] == 25.0, "measured at 10:00, before the range"


def test_fewer_rows_are_whole_days_of_every_machine(small):
    rows = pulled(small, max_rows=50).rows.to_pandas()
    assert rows["event_timestamp"].dt.floor("D").nunique() == 1
    assert set(rows["machine_id"]) == {"m1", "m2"}
    assert len(rows) in (46, 48)


def test_the_same_instant_twice_is_no_range(small):
    with pytest.raises(ConfigError, match=r"pull\.start 2014-01-01 is not before pull\.end 2014-01-01T01:00\+01:00"):
        pulled(small, start="2014-01-01", end="2014-01-01T01:00+01:00")


@pytest.mark.parametrize("key", ["start", "end"])
def test_what_is_no_time_names_its_key(small, key):
    with pytest.raises(ConfigError, match=rf"pull\.{key} is '2014-13-01'; allowed: ISO 8601"):
        pulled(small, **{key: "2014-13-01"})


def test_a_range_after_the_last_row_is_empty_and_says_so(small):
    with pytest.raises(DataError, match=r"holds no rows in the range asked for; change: params\.yaml"):
        pulled(small, start="2020-01-01")


def test_a_table_without_its_metadata_has_the_same_bytes(tmp_path):
    table = pa.table({"a": [1, 2], "b": ["x", None]})
    write_table(tmp_path / "one/a.parquet", table)
    write_table(tmp_path / "two/a.parquet", table.replace_schema_metadata({"pandas": "whatever"}))
    assert (tmp_path / "one/a.parquet").read_bytes() == (tmp_path / "two/a.parquet").read_bytes()
    assert pq.read_table(tmp_path / "one/a.parquet").equals(table)
    assert pq.ParquetFile(tmp_path / "one/a.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_failed_write_leaves_the_earlier_table(tmp_path):
    path = tmp_path / "a.parquet"
    write_table(path, pa.table({"a": [1]}))
    with pytest.raises(pa.ArrowException):
        write_table(path, pa.table({"a": pa.array([None], pa.month_day_nano_interval())}))
    assert pq.read_table(path).to_pydict() == {"a": [1]}
    assert [item.name for item in tmp_path.iterdir()] == ["a.parquet"]
