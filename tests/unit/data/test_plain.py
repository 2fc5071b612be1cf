import json

import numpy as np
import pandas as pd
import pytest

from vaegis.data.plain import plain_cell, plain_rows

NOON = pd.Timestamp("2015-03-04 12:00", tz="UTC")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        ("fast", "fast"),
        (None, None),
        (np.nan, None),
        (pd.NA, None),
        (pd.NaT, None),
        (NOON, "2015-03-04 12:00:00+00:00"),
    ],
)
def test_a_cell_is_what_json_holds(cell, expected):
    found = plain_cell(cell)
    assert json.loads(json.dumps(found)) == expected
    assert type(found) is type(expected)


def test_rows_are_mappings_without_holes():
    frame = pd.DataFrame({"load_kw": [1.5, np.nan], "mode": ["fast", None], "at": [NOON, pd.NaT]})
    assert plain_rows(frame) == [
        {"load_kw": 1.5, "mode": "fast", "at": "2015-03-04T12:00:00.000Z"},
        {"load_kw": None, "mode": None, "at": None},
    ]
