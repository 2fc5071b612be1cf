import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.evaluation.reconstruction.columns import column_errors, worst_rows

COLUMNS = (
    ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature", unit="kW"),
    ColumnSpec(name="flat", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="mode", dtype="string", kind="category", role="feature"),
)
NAMES = ["x", "flat", "mode"]


def test_errors_are_in_units_and_by_kind():
    observed = pd.DataFrame({"x": [0.0, 2.0, 4.0, np.nan], "flat": 1.0, "mode": ["a", "b", None, "a"]})
    expected = pd.DataFrame({"x": [0.0, 2.0, 1.0, 9.0], "flat": 1.0, "mode": ["a", "a", "a", "a"]})
    low, high = expected[["x", "flat"]] - 1, expected[["x", "flat"]] + 1
    table = column_errors(observed, expected, low, high, COLUMNS, NAMES).set_index("column")
    assert table.loc["x", ["unit", "rows"]].tolist() == ["kW", 3]
    assert table.loc["x", ["rmse", "mae"]].tolist() == pytest.approx([np.sqrt(3), 1.0])
    assert table.loc["x", "r2"] == pytest.approx(1 - 3 / (8 / 3))
    assert table.loc["x", "coverage"] == pytest.approx(2 / 3)
    assert np.isnan(table.loc["flat", "r2"]), "a constant column has no variance to explain"
    assert table.loc["mode", "accuracy"] == pytest.approx(2 / 3)
    assert table.loc["mode", "majority"] == pytest.approx(2 / 3)
    unlearnt = column_errors(observed, expected, low, high, COLUMNS, ["flat", "mode"]).set_index("column")
    assert np.isnan(unlearnt.loc["x", "r2"])
    assert unlearnt.loc["x", "rmse"] == table.loc["x", "rmse"]


def test_a_column_that_is_never_expected_has_no_error():
    frame = pd.DataFrame({"x": [1.0, 2.0], "flat": 1.0, "mode": "a"})
    none = frame.assign(x=np.nan)
    assert column_errors(frame, none, none, none, COLUMNS, NAMES).set_index("column").loc["x", "rows"] == 0


def test_angles_are_apart_by_the_shorter_way_and_times_in_seconds():
    heading = ColumnSpec(name="heading", dtype="float64", kind="angle", role="feature", unit="deg")
    made = ColumnSpec(name="made", dtype="timestamp", kind="time", role="feature")
    noon = pd.Timestamp("2024-01-01T12:00:00Z")
    times = pd.to_datetime([noon, noon + pd.Timedelta(minutes=2)], utc=True)
    observed = pd.DataFrame({"heading": [359.0, 3.0], "made": times})
    expected = pd.DataFrame({"heading": [1.0, 1.0], "made": [noon, noon]})
    low = expected.assign(heading=-4.0, made=noon - pd.Timedelta(minutes=1))
    high = expected.assign(heading=6.0, made=noon + pd.Timedelta(minutes=1))
    table = column_errors(observed, expected, low, high, (heading, made), ["heading", "made"]).set_index("column")
    assert table.loc["heading", ["rmse", "coverage"]].tolist() == pytest.approx([2.0, 1.0])
    assert table.loc["heading", "r2"] == pytest.approx(0.0, abs=1e-6)  # the mean direction is 1 degree
    assert table.loc["made", ["mae", "coverage"]].tolist() == pytest.approx([60.0, 0.5])


def test_worst_rows_are_one_an_entity_and_day_with_their_columns(models, rows):
    model = models[0]
    wild = rows.test.assign(heat_c=rows.test["heat_c"].where(rows.test.index != 7, 500.0))
    table = worst_rows(model, wild, model.score(wild), 5)
    assert table["row_id"].nunique() == 5
    assert len(table) == 15
    first = table.iloc[0]
    assert (first["column"], first["observed"], first["unit"]) == ("heat_c", 500.0, "degC")
    assert first["row_id"] == model.schema.row_ids(wild).iloc[7]
    assert table["score"].is_monotonic_decreasing
    assert not table["row_id"].drop_duplicates().str.slice(0, 13).duplicated().any()
