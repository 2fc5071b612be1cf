import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.errors import DataError
from vaegis.generation.asked import asked_rows, conform_asked, refuse_unseen

COLUMNS = [
    ColumnSpec(name="kind", dtype="string", kind="category", role="feature"),
    ColumnSpec(name="stops", dtype="int64", kind="count", role="feature"),
]
LABELS = list("abc")
SAME = {
    "one value for all": {"kind": "box", "stops": 2},
    "one a row": {"kind": ["box"] * 3, "stops": np.array([2, 2, 2])},
    "both": {"kind": pd.Series(["box"] * 3, index=LABELS), "stops": 2},
    "one row": pd.Series({"kind": "box", "stops": 2}),
    "a frame of one row": pd.DataFrame({"kind": ["box"], "stops": [2]}, index=["a"]),
    "a frame": pd.DataFrame({"kind": ["box"] * 3, "stops": [2] * 3}),
}


@pytest.mark.parametrize("given", SAME.values(), ids=SAME)
def test_the_same_is_given_in_many_ways(given):
    pd.testing.assert_frame_equal(asked_rows(given, 3), SAME["a frame"])


def test_a_frame_keeps_its_index_and_names_are_text():
    frame = SAME["a frame"].set_axis(LABELS)
    assert asked_rows(frame, 3).index.tolist() == LABELS
    assert list(asked_rows({1: 2.0}, 3)) == ["1"]


@pytest.mark.parametrize("given", [None, {}, pd.DataFrame(), pd.DataFrame(index=range(3)), pd.Series(dtype=object)])
def test_nothing_is_nothing(given):
    assert asked_rows(given, 3) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("kind", "what is given is a str; allowed: a mapping"),
        (3, "what is given is a int; allowed: a mapping"),
        ([("kind", "box")], "what is given is a list; allowed: a mapping"),
        ({"kind": ["box"] * 2}, "2 rows are given for 3; allowed: 1 or 3"),
        (SAME["a frame"].head(2), "2 rows are given for 3; allowed: 1 or 3"),
        (SAME["a frame"].head(0), "0 rows are given for 3; allowed: 1 or 3"),
        ({1: 2, "1": 2}, "column '1' appears twice"),
    ],
)
def test_what_cannot_be_given_is_one_line(given, message):
    with pytest.raises(DataError, match=message):
        asked_rows(given, 3)


def test_whole_numbers_are_whole():
    rows = conform_asked(pd.DataFrame({"stops": [2.0, None], "kind": ["box", "bag"]}), COLUMNS)
    assert list(rows) == ["kind", "stops"]
    with pytest.raises(DataError, match=r"column 'stops': 2\.5 is given; allowed: whole numbers; change: the argument"):
        conform_asked(pd.DataFrame({"stops": [2.0, 2.5], "kind": "box"}), COLUMNS)


def test_the_first_unseen_value_is_named():
    refuse_unseen("x", pd.Series([1.0, 2.0]), np.array([True, True]))
    with pytest.raises(DataError, match=r"column 'x': 2\.0 is given, but training never saw it; allowed: 0 to 1;"):
        refuse_unseen("x", pd.Series([1.0, 2.0]), np.array([True, False]), "0 to 1")
