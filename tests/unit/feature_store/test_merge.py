from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vaegis.errors import DataError
from vaegis.feature_store import merge as module
from vaegis.feature_store import spill
from vaegis.feature_store.merge import merge, names_of

ROW = ["machine id", "at"]


def rows(count=1_000, first=0.0):
    times = pd.date_range("2014-01-01", periods=count // 4, freq="h", tz="UTC").astype("datetime64[us, UTC]")
    named = pd.MultiIndex.from_product([["m1", "m2", "m3", "m4"], times], names=ROW).to_frame(index=False)
    return pa.Table.from_pandas(named.assign(z_0=first + np.arange(count, dtype=float)), preserve_index=False)


@pytest.fixture
def give(tmp_path):
    def call(*tables, name="v"):
        parts = [tmp_path / f"it's {number}.parquet" for number in range(len(tables))]
        for part, table in zip(parts, tables, strict=True):
            pq.write_table(table, part)
        return merge(tmp_path / f"store/{name}.parquet", parts, ROW)

    return call


@pytest.fixture
def at(monkeypatch):
    """Return a function that puts the clock to the first day of a year."""

    def put(year):
        class Stopped(datetime):
            @classmethod
            def now(cls, tz=None):
                return cls(year, 1, 1, tzinfo=tz)

        monkeypatch.setattr(module, "datetime", Stopped)

    return put


def years(table):
    return [moment.year for moment in table["created_timestamp"].to_pylist()]


def shuffled(table):
    return table.take(np.random.default_rng(0).permutation(table.num_rows))


def test_the_file_is_in_the_order_of_names_in_groups_of_one_length(give, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_GROUP_ROWS", 300)
    monkeypatch.setattr(module, "BATCH_ROWS", 200)
    assert give(shuffled(rows())) == 1_000
    kept = pq.ParquetFile(tmp_path / "store/v.parquet")
    assert kept.read().drop_columns("created_timestamp").equals(rows())
    groups = range(kept.metadata.num_row_groups)
    assert [kept.metadata.row_group(group).num_rows for group in groups] == [300, 300, 300, 100]
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["v.parquet"]


def test_the_same_rows_leave_the_same_bytes_whatever_the_memory_and_the_threads(give, tmp_path, monkeypatch):
    many = rows(800_000)
    give(shuffled(many))
    before = (tmp_path / "store/v.parquet").read_bytes()
    monkeypatch.setattr(spill, "_MEMORY", "128MB")
    for threads in (1, 4):
        monkeypatch.setattr(spill, "_THREADS", threads)
        assert give(many.slice(0, 7), many.slice(7)) == 800_000
        assert (tmp_path / "store/v.parquet").read_bytes() == before


def test_a_row_takes_the_place_of_its_name_and_its_moment_stays(give, tmp_path, at):
    at(2020)
    give(rows())
    at(2021)
    assert give(rows(first=5_000.0).slice(0, 2), rows(1_004).slice(250, 1)) == 1_001
    kept = pq.read_table(tmp_path / "store/v.parquet")
    assert kept["z_0"].to_pylist() == [5_000.0, 5_001.0, *range(2, 250), 250.0, *range(250, 1_000)]
    assert years(kept) == [2020] * 250 + [2021] + [2020] * 750, "a new row was not known before"


def test_what_is_merged_last_is_the_latest_and_repeating_it_changes_no_byte(give, tmp_path, at):
    for year, name, some, expected in (
        (2020, "v", rows(), [2020] * 1_000),
        (2020, "w", rows(), [2020] * 1_000),
        (2022, "v", rows().slice(0, 3), [2022] * 3 + [2020] * 997),
        (2022, "v", rows().slice(0, 6), [2022] * 6 + [2020] * 994),
        (2019, "w", rows().slice(0, 4), [2022] * 4 + [2020] * 996),
        (2019, "v", rows().slice(0, 6), [2022] * 6 + [2020] * 994),
    ):
        at(year)
        give(some, name=name)
        file = tmp_path / f"store/{name}.parquet"
        kept, before = pq.read_table(file), file.read_bytes()
        assert years(kept) == expected
        others = [pq.read_table(other) for other in file.parent.glob("*.parquet") if other != file]
        latest = [max(other["created_timestamp"].to_pylist()) for other in others]
        assert all(min(kept["created_timestamp"].to_pylist()[: some.num_rows]) > moment for moment in latest)
        at(2030)
        give(shuffled(some), name=name)
        assert file.read_bytes() == before


def test_repeated_names_are_counted_and_the_file_stays(give, tmp_path):
    give(rows())
    before = (tmp_path / "store/v.parquet").read_bytes()
    with pytest.raises(DataError, match="5 rows repeat the keys and time of another"):
        give(rows(), rows().slice(0, 3), rows().slice(0, 2))
    assert (tmp_path / "store/v.parquet").read_bytes() == before


def test_names_in_sql():
    assert names_of(ROW) == '"machine id", "at"'
