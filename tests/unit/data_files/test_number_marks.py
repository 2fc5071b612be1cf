import pyarrow as pa
import pytest

from vaegis.data.files.number_marks import find_marks, plain


def texts(*values):
    return pa.chunked_array([list(values)])


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["12,5", "3"], ["12.5", "3"]),
        (["1,234", "56"], ["1234", "56"]),
        (["1,234.5", "56"], ["1234.5", "56"]),
        (["1.234,5", "56,25"], ["1234.5", "56.25"]),
        (["1.234.567", "5"], ["1234567", "5"]),
        (["1 234", "56"], ["1234", "56"]),
        (["1\u00a0234,5", "56"], ["1234.5", "56"]),
        (["1'234.5", "56"], ["1234.5", "56"]),
        (["12.5%", "3 %"], ["12.5", "3"]),
        (["$1,200", "$50"], ["1200", "50"]),
        (["-1,5", "+2,25"], ["-1.5", "+2.25"]),
    ],
)
def test_marks_are_found_and_taken_off(values, numbers):
    marks = find_marks(texts(*values))
    assert plain(texts(*values), marks).to_pylist() == numbers


@pytest.mark.parametrize("values", [["a"], ["1,2,3"], ["12:30"], ["1-2"], ["1,23,456"], ["$", "%"]])
def test_what_is_no_number_has_none(values):
    assert find_marks(texts(*values)) is None


def test_both_readings_are_told_and_may_be_settled():
    doubtful = texts("1,234", "5,678")
    assert not find_marks(doubtful).is_proven
    assert plain(doubtful, find_marks(doubtful)).to_pylist() == ["1234", "5678"]
    assert plain(doubtful, find_marks(doubtful, ",")).to_pylist() == ["1.234", "5.678"]
