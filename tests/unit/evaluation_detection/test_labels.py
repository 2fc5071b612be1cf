import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.detection.labels import label_table, marked_units


@pytest.fixture
def test_rows(world):
    """Two machines at three times; one row stopped, one time of outage known only for the site."""
    times = pd.to_datetime(["2015-01-01T00:00", "2015-01-01T01:00", "2015-01-01T02:00"], utc=True)
    frame = pd.DataFrame({"machine": ["m1"] * 3 + ["m2"] * 3, "at": [*times, *times]})
    return frame.assign(stopped=[0.0, 1.0, 0.0, 0.0, 0.0, np.nan], outage=[0.0, 0.0, 1.0, 0.0, 0.0, 1.0])


def test_row_labels_compare_rows_and_coarser_labels_compare_groups(world, test_rows):
    score = np.array([0.0, 9.0, 5.0, 1.0, 2.0, 9.0])
    table = label_table(test_rows, world.SCHEMA, {"model": score}).set_index("label")
    assert table.loc["stopped", ["level", "units", "auroc"]].tolist() == ["row", 5, 1.0]
    assert table.loc["outage", ["level", "units", "auroc"]].tolist() == ["at", 3, 1.0]
    assert table.loc["outage", "prevalence"] == pytest.approx(1 / 3)


def test_no_labels_no_lines(world, test_rows):
    from dataclasses import replace

    columns = tuple(column for column in world.SCHEMA.columns if column.role != "label")
    bare = replace(world.SCHEMA, columns=columns)
    assert label_table(test_rows, bare, {"model": np.zeros(6)}).empty


def test_a_label_that_marks_nothing_ranks_nothing(world, test_rows):
    table = label_table(test_rows.assign(stopped=0.0), world.SCHEMA, {"model": np.arange(6.0)}).set_index("label")
    assert np.isnan(table.loc["stopped", "auroc"])
    assert table.loc["stopped", "prevalence"] == 0.0


def test_every_unit_knows_a_row_of_its_own(world, test_rows):
    label = world.SCHEMA.column("outage")
    marked, value, row = marked_units(test_rows, label, np.array([0.0, 1.0, 2.0, 4.0, 3.0, 2.0]))
    assert marked.tolist() == [False, False, True]
    assert value.tolist() == [2.0, 2.0, 2.0]
    assert test_rows["at"].iloc[row].tolist() == sorted(test_rows["at"].unique())
