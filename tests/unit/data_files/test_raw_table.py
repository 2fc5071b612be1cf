import pytest

from vaegis.data.files.raw_table import Cutting, read_cells
from vaegis.errors import ArtifactError, DataError


def cells(tmp_path, bytes_, **more):
    file = tmp_path / "x.csv"
    file.write_bytes(bytes_)
    base = {"encoding": "utf-8", "separator": ",", "quote": '"', "skip_lines": 0, "header": True, "names": ("a", "b")}
    return read_cells(file, Cutting(**(base | more))).to_pydict()


def test_cells_stay_as_they_stand(tmp_path):
    assert cells(tmp_path, b"A,B\n 1 ,NA\n,x\n") == {"a": [" 1 ", ""], "b": ["NA", "x"]}


def test_quotes_hold_separators_lines_and_quotes(tmp_path):
    found = cells(tmp_path, b'A,B\n"1,5","two\nlines"\n"say ""hi""",x\n')
    assert found == {"a": ["1,5", 'say "hi"'], "b": ["two\nlines", "x"]}
    assert cells(tmp_path, b'A,B\n"1,x\n', quote="") == {"a": ['"1'], "b": ["x"]}


def test_header_and_lines_before_it_are_left_out(tmp_path):
    assert cells(tmp_path, b"# by\n\nA,B\n1,2\n", skip_lines=2) == {"a": ["1"], "b": ["2"]}
    assert cells(tmp_path, b"1,2\n", header=False) == {"a": ["1"], "b": ["2"]}


def test_blank_lines_and_line_ends_of_any_kind(tmp_path):
    assert cells(tmp_path, b"A,B\r\n1,2\r\n\r\n3,4") == {"a": ["1", "3"], "b": ["2", "4"]}


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_encodings(tmp_path, encoding):
    assert cells(tmp_path, "A,B\n1,ä\n".encode(encoding), encoding=encoding) == {"a": ["1"], "b": ["ä"]}


@pytest.mark.parametrize(("row", "many"), [(b"5", 1), (b"5,6,7", 3)])
def test_a_row_of_another_width_is_named(tmp_path, row, many):
    with pytest.raises(
        DataError, match=rf"x\.csv, row 3 has {many} cells \('{row.decode()}'; 1 such rows\); allowed: 2 cells"
    ):
        cells(tmp_path, b"A,B\n1,2\n3,4\n" + row + b"\n7,8\n")


def test_another_encoding_further_down_is_one_line(tmp_path):
    with pytest.raises((ArtifactError, DataError), match=r"x\.csv"):
        cells(tmp_path, "A,B\n1,ä\n".encode("cp1252"))
