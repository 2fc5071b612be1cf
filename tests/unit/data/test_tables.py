import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.data.tables import as_frame, in_names_of, own_names, read_frame
from vaegis.errors import ArtifactError, DataError

FRAME = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None]})


def test_frames_pass_and_arrow_is_read():
    assert as_frame(FRAME).equals(FRAME)
    table = pa.Table.from_pandas(FRAME)
    assert as_frame(table).equals(FRAME)
    assert as_frame(table.to_batches()[0]).equals(FRAME)


def test_a_matrix_gets_names_and_other_names_become_text():
    assert list(as_frame(np.zeros((2, 3)))) == ["x0", "x1", "x2"]
    assert list(as_frame(pd.DataFrame({0: [1], "b": [2]}))) == ["0", "b"]


def test_objects_that_are_numbers_become_numbers():
    assert as_frame(FRAME.astype(object))["a"].dtype == np.float64


@pytest.mark.parametrize("given", ["rows.csv", [1, 2], np.zeros(3), None])
def test_anything_else_is_named(given):
    with pytest.raises(DataError, match=f"the table is a {type(given).__name__}; allowed: pandas"):
        as_frame(given)


def test_columns_of_several_levels_are_refused():
    table = FRAME.set_axis(pd.MultiIndex.from_tuples([("x", "a"), ("x", "b")]), axis=1)
    with pytest.raises(DataError, match="the table's columns have names of 2 levels; allowed: one level"):
        as_frame(table)


def test_answers_are_under_the_names_of_the_table():
    table = FRAME.set_axis([0, "b"], axis=1)
    assert own_names(table) == {"0": 0}
    assert own_names(pa.table({"a": [1]})) == own_names(np.zeros((2, 3))) == {}
    assert list(in_names_of(table, as_frame(table)[["b", "0"]])) == ["b", 0]
    assert in_names_of(FRAME, FRAME) is FRAME


def test_index_of_the_file_is_dropped(tmp_path):
    pd.DataFrame({"a": [1, 2]}, index=[7, 7]).to_parquet(tmp_path / "t.parquet")
    assert read_frame(tmp_path / "t.parquet").index.tolist() == [0, 1]


def test_unreadable_input_is_one_line(tmp_path):
    with pytest.raises(ArtifactError, match=r"absent\.parquet does not exist"):
        read_frame(tmp_path / "absent.parquet")
    with pytest.raises(ArtifactError, match=r"is a folder; allowed: a Parquet file; change: --rows"):
        read_frame(tmp_path, "--rows")
    (tmp_path / "t.parquet").write_text("a,b\n")
    with pytest.raises(DataError, match=r"t\.parquet cannot be read as Parquet"):
        read_frame(tmp_path / "t.parquet")
