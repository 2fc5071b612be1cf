"""Figures of rows say in their title what is drawn below it."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from vaegis.evaluation.draw_rows import detection_heat, reference_curve, score_histogram, worst_rows

CURVE = pd.DataFrame({"x": [5.0, 15.0, 25.0], "rows": [30, 30, 30], "real": [1.0, 2.0, 3.0], "spread": [0.1, 0.2, 0.3]})
AXES = ("load (kW)", "heat (degC)")


def test_the_curve_names_those_who_follow_it(tmp_path, opened):
    table = CURVE.assign(reconstructed=[1.0, 2.0, 3.0], generated=[1.0, np.nan, 3.2])
    reference_curve(tmp_path / "a.png", table, "heat_curve", AXES, {"reconstructed": 0.0, "generated": 0.05})
    [(title, _, [axes])] = opened
    assert title == "The heat curve: reconstructed rows 0.0% off, generated rows 5.0% off"
    assert {line.get_label() for line in axes.lines} == {"real", "reconstructed", "generated"}


def test_a_curve_of_real_rows_alone_claims_nothing(tmp_path, opened):
    reference_curve(tmp_path / "a.png", CURVE, "heat_curve", AXES, {"reconstructed": np.nan, "generated": np.nan})
    [(title, _, [axes])] = opened
    assert title == "The heat curve of real rows"
    assert [line.get_label() for line in axes.lines] == ["real"]


HISTOGRAM = pd.DataFrame({"score": [1.0, 2.0, 3.0], "normal": [0.6, 0.3, 0.1], "faults": [0.0, 0.5, 0.5]})
MONTHS = pd.Series([0.01, 0.04], index=["2015-01", "2015-02"])


def test_alarms_are_told_beside_what_was_asked(tmp_path, opened):
    score_histogram(tmp_path / "a.png", HISTOGRAM, 2.5, MONTHS, (0.025, 0.01))
    [(title, _, (left, right))] = opened
    assert title == "2.5% of normal rows are flagged (1.0% asked for)"
    assert [bar.get_height() for bar in right.patches] == pytest.approx([1.0, 4.0])
    assert [text.get_text().strip() for text in left.texts] == ["flagged"]


def test_too_few_calibration_rows_for_a_threshold_are_told(tmp_path, opened):
    score_histogram(tmp_path / "a.png", HISTOGRAM, np.inf, MONTHS, (0.0, 0.01))
    [(_, note, (left, _))] = opened
    assert "too few calibration rows for a threshold at 1.0%" in note
    assert not left.texts
    assert (tmp_path / "a.png").exists()


def strange(*rows):
    columns = ["row_id", "score", "column", "observed", "expected", "unit"]
    return pd.DataFrame(rows, columns=columns)


def test_the_column_that_leads_most_rows_is_named(tmp_path, opened):
    table = strange(
        ("a", 9.0, "heat_c", 500.0, 20.123456, "degC"),
        ("a", 9.0, "mode", "fast", "slow", ""),
        ("b", 8.0, "heat_c", 400.0, 21.0, "degC"),
        ("b", 8.0, "load_kw", 1.0, 2.0, "kW"),
        ("c", 7.0, "mode", "fast", "slow", ""),
    )
    worst_rows(tmp_path / "a.png", table)
    [(title, _, [axes])] = opened
    assert title == "The strangest rows: heat_c leads in 2 of 3"
    cells = {place: cell.get_text().get_text() for place, cell in axes.tables[0].get_celld().items()}
    assert [cells[1, column] for column in range(6)] == ["a", "9.0", "heat_c", "500 degC", "20.12 degC", "mode"]
    assert [cells[3, column] for column in range(2, 6)] == ["mode", "fast", "slow", "mode"]


def test_only_the_first_rows_are_shown(tmp_path, opened):
    worst_rows(tmp_path / "a.png", strange(*[(f"r{k}", 9.0 - k, "x", 1.0, 2.0, "") for k in range(20)]), num_rows=3)
    assert opened[0][0].endswith("3 of 3")


def detection(**auroc):
    cells = [("all", np.nan), ("bias", 1.0), ("bias", 2.0), ("stuck", np.nan)]
    return pd.DataFrame(
        [
            {"scorer": scorer, "kind": kind, "size": size, "auroc": value - 0.1 * place}
            for scorer, value in auroc.items()
            for place, (kind, size) in enumerate(cells)
        ]
    )


@pytest.mark.parametrize(
    ("mine", "title"),
    [
        (0.95, "Injected faults: AUROC 0.950, ahead of nearest neighbours (0.900)"),
        (0.902, "Injected faults: AUROC 0.902, level with nearest neighbours (0.900)"),
        (0.80, "Injected faults: AUROC 0.800, behind nearest neighbours (0.900)"),
    ],
)
def test_the_title_admits_a_better_rival(tmp_path, opened, mine, title):
    labels = {"model": "this model", "knn": "nearest neighbours"}
    detection_heat(tmp_path / "a.png", detection(pca=0.7, model=mine, knn=0.9), "model", labels)
    found, _, [axes] = opened[0]
    assert found == title
    assert [label.get_text() for label in axes.get_yticklabels()] == ["this model", "nearest neighbours", "pca"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["all faults", "bias 1 sd", "bias 2 sd", "stuck"]
    frames = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    best = 0 if mine > 0.9 else 1
    assert [round(frame.get_y() + 0.45) for frame in frames] == [best] * 4
