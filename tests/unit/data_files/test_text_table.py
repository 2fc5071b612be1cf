import pytest

from vaegis.data.files.file_format import FileFormat
from vaegis.data.files.parts import Part, find_parts
from vaegis.data.files.text_table import find_cutting, read_part
from vaegis.errors import DataError

BODY = "".join(f"{i},{i / 4},run\n" for i in range(20))


@pytest.fixture
def part(tmp_path):
    def write(text, name="x.csv", encoding="utf-8"):
        file = tmp_path / name
        file.write_text(text, encoding=encoding)
        return Part(file, name)

    return write


def test_a_plain_file_needs_no_notes(part):
    found = find_cutting(part("id,load,mode\n" + BODY))
    assert (found.cutting.names, found.notes) == (("id", "load", "mode"), ())


def test_a_file_without_header_gets_numbered_names_and_says_so(part):
    found = find_cutting(part(BODY))
    assert found.cutting.names == ("column_1", "column_2", "column_3")
    assert found.notes == ("x.csv has no header (its first line is '0, 0.0, run'): columns are column_1 to column_3",)


@pytest.mark.parametrize(
    ("text", "encoding", "note"),
    [
        ("id;load;mode\n" + BODY.replace(",", ";"), "utf-8", "the separator is ';'"),
        ("# by\nid,load,mode\n" + BODY, "utf-8", "the first 1 lines are not part of the table"),
        ("id,load,mode\n" + BODY, "utf-16", "the encoding is utf-16"),
        ("id,load,load\n" + BODY, "utf-8", "columns have plain names: 'load' is load_2"),
        ("id,load (kW),mode\n" + BODY, "utf-8", "columns have plain names: 'load (kW)' is load_kW"),
    ],
)
def test_what_is_odd_is_told(part, text, encoding, note):
    assert note in find_cutting(part(text, encoding=encoding)).notes


def test_the_wrong_separator_is_one_line(part):
    with pytest.raises(DataError, match=r"x\.csv: one column, all of whose cells hold ';'; .*--separator ';'"):
        find_cutting(part("id;load\n1;2\n3;4\n"), separator="|")


def test_a_header_alone_is_one_line(part):
    with pytest.raises(DataError, match=r"x\.csv holds a header and no rows"):
        find_cutting(part("id,load\n"))


def test_parts_may_order_their_columns_anew_and_differ_in_encoding(part):
    written = FileFormat(form="csv", types={"id": "whole", "load": "number"})
    assert read_part(part("load,id\n2.5,1\n", encoding="utf-16"), written).to_pydict() == {"id": ["1"], "load": ["2.5"]}


def test_a_column_that_is_gone_is_one_line(part):
    written = FileFormat(form="csv", types={"id": "whole", "load": "number"})
    with pytest.raises(DataError, match=r"x\.csv: column 'load' is missing; allowed: id, load"):
        read_part(part("id,other\n1,2\n"), written)


def test_what_folders_say_are_columns(tmp_path):
    for year in (2023, 2024):
        (tmp_path / f"year={year}").mkdir()
        (tmp_path / f"year={year}" / "x.csv").write_text("id,load\n1,2\n")
    written = FileFormat(form="csv", types={"id": "whole", "load": "number", "year": "whole"}, folders=("year",))
    assert [read_part(part, written)["year"].to_pylist() for part in find_parts(tmp_path)] == [["2023"], ["2024"]]
