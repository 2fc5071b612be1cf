"""Which rows hang together."""

import numpy as np
import pandas as pd

from vaegis.evaluation.comparison.rows import ComparedRows


def test_a_series_is_drawn_by_days_faults_with_their_day(compared_rows, bench):
    assert compared_rows.block == "day"
    days = pd.to_datetime(bench.rows.test["at"], utc=True).dt.floor("D").nunique()
    assert len(np.unique(compared_rows.block_N)) == days
    assert set(compared_rows.block_P) <= set(compared_rows.block_N)


def test_normal_rows_are_those_that_no_label_marks(compared_rows, bench):
    assert compared_rows.normal_N.tolist() == bench.normal_N.tolist()


def test_events_are_drawn_one_by_one(parcels, compared_rows, world):
    from dataclasses import replace

    events = ComparedRows.of(replace(world.SCHEMA, cadence_seconds=None), compared_rows.frame, compared_rows.faults)
    assert events.block == "row"
    assert len(np.unique(events.block_N)) == len(events.frame)
    assert set(events.block_P) <= set(events.block_N)


def test_rows_without_names_or_labels_are_taken_as_they_stand(world, compared_rows):
    bare = compared_rows.frame.drop(columns=["machine", "at", "stopped", "outage"])
    rows = ComparedRows.of(world.SCHEMA, bare)
    assert (rows.block, rows.labels, len(rows.faults)) == ("row", (), 0)
    assert rows.normal_N.all()


def test_the_digest_names_rows_and_faults(compared_rows, world):
    other = ComparedRows.of(world.SCHEMA, compared_rows.frame)
    assert other.digest[:32] == compared_rows.digest[:32]
    assert other.digest != compared_rows.digest
