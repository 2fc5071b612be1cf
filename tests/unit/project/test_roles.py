"""The split of a new project: every role gets rows."""

import numpy as np
import pandas as pd
import pytest

from vaegis.config.split import SplitConfig
from vaegis.contract import ColumnSpec, TableSchema
from vaegis.data.split import assign_roles
from vaegis.project.roles import choose_split, count_roles

SCHEMA = TableSchema(
    service="t",
    columns=(
        ColumnSpec(name="unit", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="at", dtype="timestamp", kind="time", role="time"),
        ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature"),
    ),
)
ROLES = ("train", "validation", "calibration", "test")


def table(days, rows=3_000, units=5):
    times = pd.Timestamp("2024-03-01T05:00Z") + pd.to_timedelta(np.linspace(0, days, rows), unit="D")
    return pd.DataFrame({"unit": [f"u{row % units}" for row in range(rows)], "at": times, "x": 0.0})


def counted(frame, settings):
    return count_roles(assign_roles(frame, SCHEMA, SplitConfig(**settings)))


@pytest.mark.parametrize(("days", "block"), [(2_000, 7), (150, 7), (60, 3), (20, 1), (6, 0.25), (1.5, 0.0625)], ids=str)
def test_blocks_are_as_long_as_the_span_allows(days, block):
    frame = table(days)
    settings = choose_split(frame, SCHEMA, is_timed=True)
    assert settings["block_days"] == block
    counts = counted(frame, settings)
    assert all(counts[role] >= 0.04 * len(frame) for role in ROLES)
    assert counts["test"] == pytest.approx(0.2 * len(frame), rel=0.35)
    assert sum(counts.values()) == len(frame)


def test_times_that_cannot_be_cut_leave_the_split_to_entities():
    frame = table(1, units=400)
    frame["at"] = np.where(np.arange(len(frame)) % 2, frame["at"].max(), frame["at"].min())
    settings = choose_split(frame, SCHEMA, is_timed=True)
    assert settings == {"by": "entity"}
    assert all(counted(frame, settings)[role] for role in ROLES)


def test_a_table_without_time_is_split_by_entity():
    frame = table(100, units=3_000)
    assert choose_split(frame, SCHEMA, is_timed=False) == {"by": "entity"}


def test_days_without_rows_move_the_last_fifth():
    """Most rows stand at the end: the share counts, not the time."""
    frame = pd.concat(
        [table(300, rows=300), table(60, rows=5_000).assign(at=lambda rows: rows["at"] + pd.Timedelta(days=300))]
    )
    counts = counted(frame, choose_split(frame, SCHEMA, is_timed=True))
    assert counts["test"] == pytest.approx(0.2 * len(frame), rel=0.2)
