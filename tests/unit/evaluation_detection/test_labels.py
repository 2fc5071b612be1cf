import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.detection.labels import label_table, summarise_labels


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


def test_summary_shows_where_a_rival_wins(world, test_rows):
    scores = {"model": np.zeros(6), "rule": np.array([0.0, 9.0, 0.0, 0.0, 0.0, 0.0])}
    summary = summarise_labels(label_table(test_rows, world.SCHEMA, scores), "model")
    assert summary["stopped_auroc"] == 0.5
    assert summary["stopped_rule_auroc"] == 1.0


def test_no_labels_no_figures(world, test_rows):
    from dataclasses import replace

    columns = tuple(column for column in world.SCHEMA.columns if column.role != "label")
    bare = replace(world.SCHEMA, columns=columns)
    assert summarise_labels(label_table(test_rows, bare, {"model": np.zeros(6)}), "model") == {}


def test_the_mean_is_over_labels_that_can_be_judged(world, test_rows):
    rows = test_rows.assign(stopped=0.0)
    summary = summarise_labels(label_table(rows, world.SCHEMA, {"model": np.array([0.0, 9, 5, 1, 2, 9])}), "model")
    assert np.isnan(summary["stopped_auroc"])
    assert summary["stopped_prevalence"] == 0.0
    assert summary["mean_auroc"] == summary["outage_auroc"] == 1.0
