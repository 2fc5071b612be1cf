import pyarrow as pa
import pytest

from vaegis.data.files.cells import find_type, to_values
from vaegis.data.files.file_format import MISSING
from vaegis.errors import DataError


def texts(*values):
    return pa.chunked_array([[str(value) for value in values]], pa.string())


def typed(*values, name="x"):
    found = find_type(name, texts(*values), MISSING)
    return found.type, to_values(name, texts(*values), found, MISSING, "UTC")


@pytest.mark.parametrize(
    ("values", "type_", "dtype"),
    [
        ((1, 2, 3), "whole", "int64"),
        ((1, "NA", 3), "whole", "float64"),
        ((1, "?", 2.5), "number", "float64"),
        ((1, ".", "inf", 3), "whole", "float64"),
        (("True", "false"), "flag", "int64"),
        (("True", "", "false"), "flag", "float64"),
        (("2024-01-01", "", "2024-01-02"), "time", "datetime64[us, UTC]"),
        (("a", "b", "12"), "text", "object"),
        (("", "NA"), "text", "object"),
        (("00501", "10001"), "text", "object"),
        (("12345678901234567890", "1"), "text", "object"),
        (("1e3", "2.5E-2"), "number", "float64"),
        (("yes", "no"), "text", "object"),
        (("none", "a"), "text", "object"),
    ],
)
def test_type_and_values(values, type_, dtype):
    found, series = typed(*values)
    assert (found, str(series.dtype)) == (type_, dtype)


def test_missing_cells_are_missing():
    for values in ((1, "NA", 3), ("True", "", "x"), ("a", "?", "b"), ("2024-01-01", "null", "2024-01-02")):
        assert typed(*values)[1].isna().tolist() == [False, values[1] != "", False] or typed(*values)[1].isna()[1]
    assert typed("a", "none")[1].notna().all()  # in text it is a word
    assert typed(1, "none")[1].isna().tolist() == [False, True]


def test_a_word_among_numbers_is_a_question_not_a_guess():
    values = [*map(str, range(99)), "err"]
    with pytest.raises(DataError, match=r"column 'x', row 100: 'err' is no number \(1 of 100 cells\).*--missing 'err'"):
        typed(*values)
    named = (*MISSING, "err")
    assert to_values("x", texts(*values), find_type("x", texts(*values), named), named, "UTC").isna().sum() == 1


def test_codes_with_letters_are_no_mixture():
    assert typed(*range(98), "12A", "C536")[0] == "text"


def test_a_mixture_of_dates_and_words_is_text():
    assert typed("2024-01-01", "yesterday")[0] == "text"


@pytest.mark.parametrize(
    ("before", "now", "message"),
    [
        ((1, 2), (1, 2.5), "row 2: '2.5' is no whole number"),
        ((1.5, 2), (1, "two"), "row 2: 'two' is no number"),
        (("true", "false"), ("true", "maybe"), "row 2: 'maybe' is no true or false"),
        (("2024-01-01",), ("2024-01-01", "soon"), r"row 2: 'soon' is no time \(ISO8601\)"),
    ],
)
def test_cells_of_another_type_are_named(before, now, message):
    found = find_type("x", texts(*before), MISSING)
    with pytest.raises(DataError, match=message):
        to_values("x", texts(*now), found, MISSING, "UTC")


def test_both_orders_of_day_and_month_are_told():
    assert "either way" in find_type("d", texts("01/02/2024", "03/04/2024"), MISSING).note
    assert find_type("d", texts("01/02/2024", "13/04/2024"), MISSING).note == ""
