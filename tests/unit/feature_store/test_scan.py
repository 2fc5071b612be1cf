"""The SQL of one source, run by DuckDB itself."""

# ruff: noqa: S608 - every identifier in SQL is quoted

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from vaegis.errors import DataError
from vaegis.feature_store.scan import Scan, instant, quoted, relation, run, text, within


def stamps(*texts: str | None) -> pa.Table:
    return pa.table({"t": pa.array([pd.Timestamp(text) if text else None for text in texts], pa.timestamp("us"))})


def test_a_file_and_a_folder_are_read_with_columns_by_name(tmp_path: Path) -> None:
    (tmp_path / "store/deep").mkdir(parents=True)
    pd.DataFrame({"a": [1], "b": ["x"]}).to_parquet(tmp_path / "store/one.parquet")
    pd.DataFrame({"b": ["y"], "a": [2]}).to_parquet(tmp_path / "store/deep/two.parquet")
    whole = run(f"SELECT a, b FROM {relation('store', tmp_path)} ORDER BY a")
    assert whole.to_pydict() == {"a": [1, 2], "b": ["x", "y"]}
    one = run(f"SELECT b FROM {relation(str(tmp_path / 'store/one.parquet'), None)}")
    assert one.to_pydict() == {"b": ["x"]}


def test_a_path_with_a_quote_is_a_path(tmp_path: Path) -> None:
    name = "ann's.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / name)
    assert run(f"SELECT * FROM {relation(name, tmp_path)}").num_rows == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [("s3://bucket/a.parquet", "is not a local file; allowed: local Parquet"), ("no.parquet", "does not exist")],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        relation(path, tmp_path)


def test_names_and_strings_cannot_break_out() -> None:
    name, value = 'a" FROM x; --', "it's '; --"
    got = run(f"SELECT {quoted(name)} AS kept, {text(value)} AS said FROM rows", rows=pa.table({name: [7]}))
    assert got.to_pydict() == {"kept": [7], "said": [value]}


def test_stamps_without_a_zone_are_utc() -> None:
    naive = stamps("2014-01-01 12:00")
    zoned = pa.table({"t": pa.array([datetime(2014, 1, 1, 12, tzinfo=UTC)], pa.timestamp("ns", "Europe/Paris"))})
    for table in (naive, zoned):
        [[got]] = run(f"SELECT {instant('t')} AS t FROM rows", rows=table).to_pydict().values()
        assert got == datetime(2014, 1, 1, 12, tzinfo=UTC)
        assert got.utcoffset().total_seconds() == 0


def test_both_ends_count_and_no_time_never_does() -> None:
    table = stamps("2014-01-01", "2014-01-02", "2014-01-03", None)
    first, last = datetime(2014, 1, 1), datetime(2014, 1, 2, tzinfo=UTC)

    def count(start: datetime | None, end: datetime | None) -> int:
        return run(f"SELECT t FROM rows WHERE {within('t', start, end)}", rows=table).num_rows

    assert count(first, last) == 2
    assert count(last, None) == 2
    assert count(None, first) == 1
    assert count(None, None) == 3


def test_the_newest_created_comes_first_then_the_values_decide() -> None:
    rows = pa.table({"created": [None, 1, 2, 2, 2], "v": [0.0, 0.0, None, 5.0, 3.0], "name": list("abcde")})
    rows = rows.set_column(0, "created", rows["created"].cast(pa.int64()).cast(pa.timestamp("us")))
    scan = Scan(relation="rows", keys=["k"], time="t", created="created", values=["v"])
    ordered = run(f"SELECT name FROM rows ORDER BY {scan.newest_first}", rows=rows)
    assert ordered.column("name").to_pylist() == ["e", "d", "c", "b", "a"]
    without = Scan(relation="rows", keys=["k"], time="t", created="", values=[])
    assert run(f"SELECT name FROM rows ORDER BY {without.newest_first}", rows=rows).num_rows == 5
