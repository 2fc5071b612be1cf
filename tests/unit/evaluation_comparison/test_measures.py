"""What is measured of two models, and what is left out with a reason."""

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.evaluation.comparison.ask import Answers
from vaegis.evaluation.comparison.measures import columns
from vaegis.evaluation.comparison.paired import deal
from vaegis.evaluation.reconstruction.columns import column_cells, column_errors


def names(comparison):
    return {item.metric for item in comparison.differences}


def test_every_shared_column_has_its_line(comparison, models):
    columns = {name.split("/")[1] for name in names(comparison) if name.startswith("columns/")}
    assert columns <= set(models[0].features)
    assert {"load_kw", "heat_c", "mode"} <= columns


def test_labels_are_ranked_where_they_are_known(comparison):
    by_name = {item.metric: item for item in comparison.differences}
    row, group = by_name["evaluate/labels/stopped_auroc"], by_name["evaluate/labels/outage_auroc"]
    assert group.rows * 2 == row.rows  # an outage is known by the hour, of both machines at once


def test_the_means_are_over_the_columns(comparison):
    by_name = {item.metric: item for item in comparison.differences}
    r2 = [item.candidate for name, item in by_name.items() if name.startswith("columns/") and name.endswith("/r2")]
    assert abs(by_name["evaluate/reconstruction/mean_r2"].candidate - sum(r2) / len(r2)) < 1e-5


def test_columns_have_the_figures_of_the_evaluation_and_what_does_not_vary_has_none():
    """Headings around north: their mean square about a number would be that of two far ends of a line."""
    shared = [
        ColumnSpec(name="heading", dtype="float64", kind="angle", role="feature", unit="deg"),
        ColumnSpec(name="flat", dtype="float64", kind="numeric", role="feature"),
    ]
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"heading": rng.normal(scale=10.0, size=300) % 360, "flat": 0.1})
    expected = frame.assign(heading=(frame["heading"] + rng.normal(scale=5.0, size=300)) % 360)
    answers = Answers(
        kind="vae",
        content_digest="",
        features=("heading", "flat"),
        rows=expected.add_prefix("expected:"),
        faults=pd.DataFrame(),
    )
    draws, _ = deal(np.arange(300), np.empty(0, dtype=int), 0, 50)
    found = {item.metric: item.candidate for item in columns(shared, frame, [answers, answers], draws)}
    cells = column_cells(frame, expected, expected, expected, shared)
    known = column_errors(cells, frame, ["heading"]).set_index("column").loc["heading", "r2"]
    assert 0.6 < known < 0.85
    assert found == pytest.approx(dict.fromkeys(["evaluate/reconstruction/mean_r2", "columns/heading/r2"], known))
