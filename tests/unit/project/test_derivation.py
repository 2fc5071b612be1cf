"""What is derived: the text computes what the contract declares."""

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.project import derivation

DATE = ColumnSpec(name="bought", dtype="timestamp", kind="time", role="context", max_missing=0.2)
ANGLE = ColumnSpec(name="wind from", dtype="float64", kind="angle", role="feature")
WORD = ColumnSpec(name="state", dtype="string", kind="category", role="context")
GRADE = ColumnSpec(name="grade", dtype="int64", kind="category", role="context")
FRAME = pd.DataFrame(
    {
        "at": pd.to_datetime(["2024-01-01T06:00Z", "2024-07-01T18:30Z"]),
        "bought": pd.to_datetime(["2023-12-31T06:00Z", None]),
        "wind from": [90.0, np.nan],
        "state": ["broken", None],
        "grade": [2, 1],
    }
)


def compute(*parts):
    space = {}
    exec(derivation.derive_py(parts, "at"), space)  # noqa: S102 - the text under test
    made = space["derive"](FRAME)
    assert list(made.columns) == [column.name for part in parts for column in part.columns]
    return made


def test_time_of_day_and_year():
    made = compute(derivation.clock([]), derivation.season([]))
    assert made["hour_sin"].tolist() == pytest.approx([1.0, np.sin(2 * np.pi * 18.5 / 24)])
    assert made["season_cos"].tolist() == pytest.approx([1.0, -1.0], abs=0.001)


def test_dates_become_days_before_the_event():
    made = compute(derivation.ages([DATE], []), derivation.seasons([DATE], []))
    assert made["bought_days"].tolist() == pytest.approx([1.0, np.nan], nan_ok=True)
    assert made["bought_season_cos"].isna().tolist() == [False, True]


def test_angles_become_sine_and_cosine():
    assert compute(derivation.angles([ANGLE], []))["wind from_sin"].tolist() == pytest.approx([1, np.nan], nan_ok=True)


@pytest.mark.parametrize(("raw", "value", "marks"), [(WORD, "broken", [1.0, np.nan]), (GRADE, "2", [1.0, 0.0])])
def test_a_label_is_one_where_it_is_the_value_and_unknown_where_it_is(raw, value, marks):
    part = derivation.label(raw, value)
    assert compute(part)[f"{raw.name}_is_{value}"].tolist() == pytest.approx(marks, nan_ok=True)
    assert [column.role for column in part.columns] == ["label"]


def test_a_name_that_is_taken_is_left_alone():
    assert derivation.clock(["hour_sin"]) is None
    assert derivation.season(["season_cos"]) is None
    assert derivation.ages([DATE], ["bought_days"]) is None
    assert derivation.seasons([DATE], ["bought_season_sin"]) is None
    assert derivation.angles([ANGLE], ["wind from_cos"]) is None


def test_nothing_derived_is_said():
    text = derivation.derive_py([], "at")
    assert text == derivation.NOTHING
    compile(text, "derive.py", "exec")
