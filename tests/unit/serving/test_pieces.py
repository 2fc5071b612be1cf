import pandas as pd
import pytest

from vaegis.errors import ArtifactError, DataError
from vaegis.serving import pieces as module
from vaegis.serving.pieces import Pieces


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PIECE_ROWS", 10)
    numbers = pd.DataFrame({"a": range(47), "b": "x", "c": 0.5})
    (tmp_path / "in/deep").mkdir(parents=True)
    numbers[:23].to_parquet(tmp_path / "in/1.parquet", row_group_size=7)
    numbers[23:].drop(columns="b").to_parquet(tmp_path / "in/deep/2.parquet")
    (tmp_path / "in/.hidden").mkdir()
    numbers.to_parquet(tmp_path / "in/.hidden/3.parquet")
    return tmp_path / "in"


def test_a_mistake_says_in_which_file_it_is(folder):
    pieces = Pieces.of(folder)
    for number, file in ((0, "1"), (2, "1"), (3, "deep/2"), (5, "deep/2")):
        told = rf"{file}\.parquet: column 'a' is missing; allowed: a$"
        with pytest.raises(DataError, match=told), pieces.named(number):
            raise DataError("column 'a' is missing", allowed="a")


def test_every_row_once_in_order_in_pieces_of_one_length(folder):
    pieces = Pieces.of(folder)
    read = list(pieces.read(["a", "b", "z"]))
    assert (pieces.total, pieces.count) == (47, 6)
    assert [number for number, _ in read] == list(range(6))
    assert [len(frame) for _, frame in read] == [10, 10, 3, 10, 10, 4]
    assert pd.concat([frame for _, frame in read])["a"].tolist() == list(range(47))
    assert [row for _, frame in read for row in frame.index] == list(range(47))
    assert [list(frame) for _, frame in read] == [["a", "b"]] * 3 + [["a"]] * 3


@pytest.mark.parametrize("done", range(7))
def test_what_is_done_is_left_out(folder, done):
    pieces = Pieces.of(folder)
    every = list(pieces.read(["a"]))
    rest = list(pieces.read(["a"], done))
    assert [number for number, _ in rest] == list(range(done, 6))
    for (_, one), (_, other) in zip(rest, every[done:], strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_receipt_tells_changed_files(folder):
    before = Pieces.of(folder).to_json()
    assert before == Pieces.of(folder).to_json()
    pd.DataFrame({"a": range(23)}).to_parquet(folder / "1.parquet")
    assert before != Pieces.of(folder).to_json()


def test_what_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(ArtifactError, match=r"absent does not exist"):
        Pieces.of(tmp_path / "absent")
    with pytest.raises(ArtifactError, match="holds no Parquet file"):
        Pieces.of(tmp_path)
    (tmp_path / "a.parquet").write_text("a,b\n")
    with pytest.raises(DataError, match=r"a\.parquet cannot be read as Parquet"):
        Pieces.of(tmp_path)
    pd.DataFrame({"a": [1]})[:0].to_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="holds no rows; allowed: at least one"):
        Pieces.of(tmp_path / "a.parquet")
