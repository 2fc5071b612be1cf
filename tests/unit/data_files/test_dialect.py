import pytest

from vaegis.data.files.dialect import find_dialect, find_header, looks_like_header

ROWS = [["id", "load", "mode"]] + [[str(i), f"{i / 3:.2f}", "run" if i % 2 else "idle"] for i in range(20)]


def text(separator, rows=ROWS):
    return "\n".join(separator.join(row) for row in rows) + "\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", "^", "~"])
def test_separator_and_header(separator):
    found = find_dialect(text(separator))
    assert (found.separator, found.header, found.names, found.width) == (separator, True, ("id", "load", "mode"), 3)


def test_decimal_commas_do_not_hide_the_separator():
    rows = [[cell.replace(".", ",") for cell in row] for row in ROWS]
    assert find_dialect(text(";", rows)).separator == ";"


@pytest.mark.parametrize("before", ["# exported\n# by a tool\n", "Report of May\n\n", "\n\n"])
def test_lines_before_the_header_are_left_out(before):
    found = find_dialect(before + text(","))
    assert found.names == ("id", "load", "mode")
    if before.strip():
        assert found.skip_lines == before.count("\n")


def test_a_header_one_cell_short_gets_a_nameless_one():
    assert find_dialect(text(",", [ROWS[0], *([f"row {i}", *row] for i, row in enumerate(ROWS[1:]))])).names[0] == ""
    assert find_dialect(text(",", [ROWS[0], *([*row, ""] for row in ROWS[1:])])).names[-1] == ""


HEADERS = {
    "words above numbers": ([["a", "b"], ["1", "2"], ["3", "4"]], True),
    "numbers only": ([["1", "2"], ["3", "4"]], False),
    "numbers and words": ([["1", "x"], ["3", "y"], ["5", "x"]], False),
    "years": ([["country", "1990", "1991", "1992"], ["a", "0.1", "0.2", "0.3"]], True),
    "positions": ([["0", "1", "2"], ["0.1", "0.2", "0.3"]], True),
    "words above words": ([["name", "town"], ["bo", "rome"], ["al", "oslo"]], True),
    "words that come again": ([["bo", "rome"], ["al", "rome"], ["bo", "oslo"]], False),
    "dates": ([["2024-01-01", "x"], ["2024-01-02", "y"]], False),
    "a header and nothing else": ([["a", "b"]], True),
    "a missing name": ([["", "load"], ["1", "2.5"], ["2", "3.5"]], True),
    "missing values": ([["", "17", "x"], ["3", "", "y"], ["5", "4", ""]], False),
}


@pytest.mark.parametrize("case", HEADERS)
def test_header(case):
    rows, expected = HEADERS[case]
    assert looks_like_header(rows) is expected


def test_what_is_given_settles_it():
    found = find_dialect(text(","), header=False)
    assert (found.header, found.names, len(found.records)) == (False, (), 21)
    assert find_dialect(text(";"), separator=",").width == 1
    assert find_header(text(";"), ";") == ("id", "load", "mode")


def test_quotes_that_never_close_mean_nothing():
    rows = [[row[0], f'"{row[1]}', row[2]] for row in ROWS[1:8]]
    assert find_dialect(text(",", [ROWS[0], *rows])).quote == ""
