import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vaegis.data import stream
from vaegis.data.stream import frames, read_columns, read_table, stream_frame, stream_rows, stream_table
from vaegis.errors import ArtifactError, DataError

FRAME = pd.DataFrame({"a": np.arange(10), "b": list("abcdefghij"), "c": np.linspace(0, 1, 10)})


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "BATCH_ROWS", 3)
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pandas(FRAME), path)
    return path


def test_rows_are_filtered_across_batches_and_streams_open_again(file):
    keep = FRAME["a"].isin([0, 3, 4, 9]).to_numpy()
    rows = stream_rows(file, ["c", "a"], keep)
    for _ in range(2):
        read = pd.concat(frames(rows()), ignore_index=True)
        pd.testing.assert_frame_equal(read, FRAME.loc[keep, ["c", "a"]].reset_index(drop=True))


def test_without_a_filter_all_rows_come_in_bounded_batches(file):
    sizes = [batch.num_rows for batch in stream_rows(file, ["a"])()]
    assert sum(sizes) == 10
    assert max(sizes) <= 3


def test_frames_stream_the_same_way():
    read = pd.concat(frames(stream_frame(FRAME.set_index("b", drop=False))()), ignore_index=True)
    pd.testing.assert_frame_equal(read, FRAME)


def test_a_table_in_memory_streams_the_same_way(file):
    keep = FRAME["a"].isin([0, 3, 4, 9]).to_numpy()
    rows = stream_table(read_table(file, ["a", "b", "c"]), ["c", "a"], keep)
    read = [pd.concat(frames(some()), ignore_index=True) for some in (rows, stream_rows(file, ["c", "a"], keep))]
    pd.testing.assert_frame_equal(*read)
    assert max(batch.num_rows for batch in rows()) <= 3


def test_a_pass_holds_no_more_of_a_long_file_than_of_a_short_one(tmp_path):
    pool, peaks = pa.default_memory_pool(), []
    for number in (4, 40):
        table = pa.table({"noise": np.random.default_rng(0).random(number * 50_000)})
        pq.write_table(table, tmp_path / "long.parquet", row_group_size=50_000)
        del table
        before = pool.bytes_allocated()
        peaks.append(max(pool.bytes_allocated() - before for _ in stream_rows(tmp_path / "long.parquet", ["noise"])()))
    assert peaks[1] < 1.5 * peaks[0]


def test_read_columns_reads_those_only(file):
    pd.testing.assert_frame_equal(read_columns(file, ["b"]), FRAME[["b"]])


def test_missing_column_missing_file_and_other_formats_are_named(file, tmp_path):
    with pytest.raises(DataError, match=r"no column 'd'; allowed: a, b, c"):
        next(stream_rows(file, ["a", "d"])())
    with pytest.raises(ArtifactError, match="does not exist"):
        read_columns(tmp_path / "none.parquet", ["a"])
    (tmp_path / "text.parquet").write_text("no parquet at all")
    with pytest.raises(ArtifactError, match="is not a Parquet file"):
        read_columns(tmp_path / "text.parquet", ["a"])
