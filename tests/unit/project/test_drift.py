"""Columns that move with the time are noticed, those that stay are not."""

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.project.drift import moved_columns

ROWS = 1_000
ROLES = pd.Series(["train"] * 800 + ["test"] * 200)
RANDOM = np.random.default_rng(0)
NUMBER = ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature")
WORD = ColumnSpec(name="x", dtype="string", kind="category", role="feature")


@pytest.mark.parametrize(
    ("column", "values", "moves"),
    [
        (NUMBER, np.arange(ROWS, dtype=float), True),
        (NUMBER, RANDOM.normal(size=ROWS), False),
        (NUMBER, np.full(ROWS, np.nan), False),
        (WORD, np.repeat(["a", "b", "c", "d", "e"], 200), True),
        (WORD, RANDOM.choice(["a", "b", None], ROWS), False),
    ],
    ids=["counts up", "stays", "empty", "new words", "the same words"],
)
def test_what_training_never_sees_is_not_modelled(column, values, moves):
    told = moved_columns(pd.DataFrame({"x": values}), ROLES, [column])
    assert bool(told) is moves
    assert not moves or told["x"].startswith("x: 100% of the last rows")


def test_a_survey_carries_such_a_column_and_says_so(jobs_csv, tmp_path):
    from vaegis.project.table import open_table

    frame = pd.read_csv(jobs_csv)
    frame["month"] = pd.to_datetime(frame["started"]).dt.month
    frame.to_csv(tmp_path / "jobs.csv", index=False)
    found = open_table(tmp_path / "jobs.csv", "jobs").survey()
    assert found.blueprint.schema.column("month").role == "context"
    assert any(note.startswith("month: ") for note in found.inference.notes)
