import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.data import stream
from vaegis.data.ordered import in_order, is_ordered
from vaegis.data.stream import stream_table

ORDER = ["site", "machine", "at"]


def rows(number: int = 300) -> pd.DataFrame:
    """Make rows with twins, sorted."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"load": np.arange(number), "machine": random.choice(["z", "a", "é", "Ä"], number)})
    frame["site"] = random.integers(-2, 3, number)
    frame["at"] = pd.Timestamp("2014-01-01", tz="UTC") + pd.to_timedelta(random.integers(0, 20, number), unit="h")
    return frame.sort_values(ORDER, ignore_index=True)


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "BATCH_ROWS", 7)

    def to_file(frame):
        frame.to_parquet(tmp_path / "rows.parquet", index=False, row_group_size=50)
        return tmp_path / "rows.parquet"

    return to_file


def test_a_file_in_order_is_read_as_it_lies(write):
    named = in_order(write(rows()), ["at", "load", "machine", "site"], ORDER)
    assert named.is_sorted
    pd.testing.assert_frame_equal(pd.concat(named.parts(["load"]), ignore_index=True), rows()[["load"]])
    assert max(len(part) for part in named.parts()) == 7
    values_R = np.arange(300)
    assert named.in_file(values_R) is values_R


def test_a_file_out_of_order_comes_as_sorted_and_twins_as_they_lie(write):
    mixed = rows().sample(frac=1.0, random_state=1).reset_index(drop=True)
    named = in_order(write(mixed), list(mixed), ORDER)
    expected = mixed.sort_values(ORDER)
    assert not named.is_sorted
    pd.testing.assert_frame_equal(pd.concat(named.parts(), ignore_index=True), expected.reset_index(drop=True))
    keep_R = np.arange(300) % 3 == 0
    kept = pd.concat(named.parts(["load"], keep_R), ignore_index=True)
    assert kept["load"].tolist() == expected["load"][keep_R].tolist()
    np.testing.assert_array_equal(np.flatnonzero(named.in_file(keep_R)), np.sort(expected.index[keep_R]))


def is_sorted(frame, columns) -> bool:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return is_ordered(stream_table(table, columns)())


@pytest.mark.parametrize("place", [6, 7, 8, 150, 299])
def test_one_row_too_low_is_seen_wherever_it_stands(monkeypatch, place):
    monkeypatch.setattr(stream, "BATCH_ROWS", 7)
    frame = rows()
    assert is_sorted(frame, ORDER)
    frame.loc[place, "site"] = -9
    assert not is_sorted(frame, ORDER)


def test_columns_count_from_left_to_right():
    frame = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "y", "a"], "c": [True, False, False]})
    assert is_sorted(frame, ["a", "b", "c"])
    assert not is_sorted(frame, ["b", "a"])
    assert not is_sorted(frame, ["a", "c", "b"])


@pytest.mark.parametrize("cells", [["a", None, "b"], [None, "a", "b"], ["a", "b", None], [1.0, np.nan, 2.0]])
def test_where_a_cell_is_missing_nothing_is_sorted(cells):
    assert not is_sorted(pd.DataFrame({"a": cells}), ["a"])


def test_no_row_and_one_row_are_in_order():
    assert is_sorted(rows()[:0], ORDER)
    assert is_sorted(rows()[:1], ORDER)
