"""Rows of the spine: range, twins, sampling by whole days, keys carried for other views."""

import pandas as pd
import pyarrow as pa
import pytest

from vaegis.errors import DataError
from vaegis.feature_store.repository import apply, find_service, open_store
from vaegis.feature_store.spine import duplicates, entity_rows, find_spine, read_spine, sample_days, source_keys


@pytest.fixture
def opened(small):
    apply(small.folder)
    store = open_store(small.folder)
    return store, find_spine(store, find_service(store, "machines_v1"))


def moment(text):
    return pd.Timestamp(text, tz="UTC").to_pydatetime()


def test_every_source_row_is_read(opened):
    table = read_spine(*opened, None, None)
    assert table.num_rows == 95  # 2 x 48, less 2, and a twin
    assert table.column_names == [
        "machine_id",
        "event_timestamp",
        "hall_id",
        "created_timestamp",
        "kw",
        "mode",
    ]
    assert table.schema.field("event_timestamp").type == pa.timestamp("us", tz="UTC")


def test_the_range_holds_its_start_and_not_its_end(opened):
    table = read_spine(*opened, moment("2014-01-01 10:00"), moment("2014-01-01 12:00"))
    hours = sorted({time.hour for time in table["event_timestamp"].to_pylist()})
    assert hours == [10, 11]


def test_an_empty_range_is_one_line(opened):
    with pytest.raises(DataError, match="view load holds no rows in the range"):
        read_spine(*opened, moment("2020-01-01"), None)


def test_twins_are_kept_apart_and_named_once(opened):
    store, spine = opened
    table = read_spine(store, spine, None, None)
    twins = duplicates(table, spine)
    assert twins["kw"].to_pylist() == [-1.0, 3.0]
    assert set(twins["machine_id"].to_pylist()) == {"m2"}
    rows = entity_rows(table, spine)
    assert rows.num_rows == 94
    assert rows.column_names == ["machine_id", "event_timestamp", "hall_id"]
    assert rows.equals(rows.sort_by([("machine_id", "ascending"), ("event_timestamp", "ascending")]))
    assert source_keys(table, spine).num_rows == 95


def test_the_newest_twin_says_what_is_carried(opened):
    _, spine = opened
    table = pa.table(
        {
            "machine_id": ["m", "m"],
            "event_timestamp": pa.array([0, 0], pa.timestamp("us", tz="UTC")),
            "hall_id": ["a", "b"],
            "created_timestamp": pa.array([1, 2], pa.timestamp("us", tz="UTC")),
        }
    )
    assert entity_rows(table, spine)["hall_id"].to_pylist() == ["b"]


def without(small, key):
    """Take a key from three rows."""
    path = small.root / "data" / "store" / "load.parquet"
    frame = pd.read_parquet(path)
    frame.loc[:2, key] = None
    frame.to_parquet(path)
    apply(small.folder)
    store = open_store(small.folder)
    return store, find_spine(store, find_service(store, "machines_v1"))


def test_a_row_need_not_name_what_it_carries_for_other_views(small):
    store, spine = without(small, "hall_id")
    table = entity_rows(read_spine(store, spine, None, None), spine)
    assert table.num_rows == 94
    assert table["hall_id"].null_count == 3


def test_rows_without_a_key_are_counted(small):
    store, spine = without(small, "machine_id")
    with pytest.raises(DataError, match="view load: 3 rows have no machine_id"):
        read_spine(store, spine, None, None)


@pytest.mark.parametrize(("max_rows", "days"), [(0, 30), (10_000, 30), (96, 2), (480, 10), (1, 1)])
def test_samples_are_whole_days_spread_evenly_with_every_entity(opened, max_rows, days):
    _, spine = opened
    times = pd.date_range("2014-01-01", periods=30 * 24, freq="h", tz="UTC")
    frame = pd.concat([pd.DataFrame({"machine_id": name, "event_timestamp": times}) for name in ("a", "b")])
    table = pa.Table.from_pandas(frame.astype({"event_timestamp": "datetime64[us, UTC]"}), preserve_index=False)
    kept = sample_days(table, spine, max_rows)
    assert kept.num_rows == 48 * days
    assert kept.equals(sample_days(table, spine, max_rows))
    chosen = kept.to_pandas()["event_timestamp"].dt.dayofyear.unique()
    if days > 1:
        gaps = {int(gap) for gap in pd.Series(sorted(chosen)).diff().dropna()}
        assert max(gaps) - min(gaps) <= 1


def test_an_only_view_is_the_spine_untagged(small):
    small.change("features=[load, climate, assets, derived]", "features=[climate]")
    apply(small.folder)
    store = open_store(small.folder)
    spine = find_spine(store, find_service(store, "machines_v1"))
    assert (spine.view, spine.keys, spine.carried, spine.cadence_seconds) == ("climate", ("hall_id",), (), None)
