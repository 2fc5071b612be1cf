import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.reconstruction.columns import column_cells, column_errors, resample_columns, with_intervals

COLUMNS = (
    ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature", unit="kW"),
    ColumnSpec(name="flat", dtype="float64", kind="numeric", role="feature"),
    ColumnSpec(name="mode", dtype="string", kind="category", role="feature"),
)
NAMES = ["x", "flat", "mode"]


def errors(observed, expected, low, high, columns, learnt):
    return column_errors(column_cells(observed, expected, low, high, columns), observed, learnt).set_index("column")


def test_errors_are_in_units_and_by_kind():
    observed = pd.DataFrame({"x": [0.0, 2.0, 4.0, np.nan], "flat": 1.0, "mode": ["a", "b", None, "a"]})
    expected = pd.DataFrame({"x": [0.0, 2.0, 1.0, 9.0], "flat": 1.0, "mode": ["a", "a", "a", "a"]})
    low, high = expected[["x", "flat"]] - 1, expected[["x", "flat"]] + 1
    table = errors(observed, expected, low, high, COLUMNS, NAMES)
    assert table.loc["x", ["unit", "rows"]].tolist() == ["kW", 3]
    assert table.loc["x", ["rmse", "mae"]].tolist() == pytest.approx([np.sqrt(3), 1.0])
    assert table.loc["x", "r2"] == pytest.approx(1 - 3 / (8 / 3))
    assert table.loc["x", "coverage"] == pytest.approx(2 / 3)
    assert np.isnan(table.loc["flat", "r2"]), "a constant column has no variance to explain"
    assert table.loc["mode", "accuracy"] == pytest.approx(2 / 3)
    assert table.loc["mode", "majority"] == pytest.approx(2 / 3)
    unlearnt = errors(observed, expected, low, high, COLUMNS, ["flat", "mode"])
    assert np.isnan(unlearnt.loc["x", "r2"])
    assert unlearnt.loc["x", "rmse"] == table.loc["x", "rmse"]


def test_a_column_that_is_never_expected_has_no_error():
    frame = pd.DataFrame({"x": [1.0, 2.0], "flat": 1.0, "mode": "a"})
    none = frame.assign(x=np.nan)
    assert errors(frame, none, none, none, COLUMNS, NAMES).loc["x", "rows"] == 0


def test_angles_are_apart_by_the_shorter_way_and_times_in_seconds():
    heading = ColumnSpec(name="heading", dtype="float64", kind="angle", role="feature", unit="deg")
    made = ColumnSpec(name="made", dtype="timestamp", kind="time", role="feature")
    noon = pd.Timestamp("2024-01-01T12:00:00Z")
    times = pd.to_datetime([noon, noon + pd.Timedelta(minutes=2)], utc=True)
    observed = pd.DataFrame({"heading": [359.0, 3.0], "made": times})
    expected = pd.DataFrame({"heading": [1.0, 1.0], "made": [noon, noon]})
    low = expected.assign(heading=-4.0, made=noon - pd.Timedelta(minutes=1))
    high = expected.assign(heading=6.0, made=noon + pd.Timedelta(minutes=1))
    table = errors(observed, expected, low, high, (heading, made), ["heading", "made"])
    assert table.loc["heading", ["rmse", "coverage"]].tolist() == pytest.approx([2.0, 1.0])
    assert table.loc["heading", "r2"] == pytest.approx(0.0, abs=1e-6)  # the mean direction is 1 degree
    assert table.loc["made", ["mae", "coverage"]].tolist() == pytest.approx([60.0, 0.5])


@pytest.fixture
def noisy():
    """A thousand rows of known error: 1 kW around the truth, of variance 4 kW^2; a level wrong in every fourth row."""
    rng = np.random.default_rng(0)
    truth = rng.normal(0, np.sqrt(3), 1_000)
    observed = pd.DataFrame({"x": truth + rng.normal(size=1_000), "flat": 1.0, "mode": ["a"] * 1_000})
    expected = pd.DataFrame({"x": truth, "flat": 1.0, "mode": ["a", "a", "b", "a"] * 250})
    bare = expected[["x", "flat"]]
    return observed, column_cells(observed, expected, bare - 1.96, bare + 1.96, COLUMNS)


def test_intervals_hold_the_known_figures(noisy):
    observed, cells = noisy
    replicates = resample_columns(cells, Bootstrap.of_rows(1_000, 500, seed=0))
    table = with_intervals(column_errors(cells, observed, NAMES), replicates).set_index("column")
    x, mode = table.loc["x"], table.loc["mode"]
    assert x["rmse_low"] < 1.0 < x["rmse_high"]
    assert x["r2_low"] < 0.75 < x["r2_high"]
    assert x["rmse_high"] - x["rmse_low"] == pytest.approx(2 * 1.96 / np.sqrt(2 * 1_000), rel=0.25)
    assert mode["accuracy_low"] < 0.75 < mode["accuracy_high"]
    assert np.isnan(x["accuracy_low"])
    assert np.isnan(table.loc["flat", "r2_low"])


def test_the_rows_drawn_once_each_have_the_figures_themselves():
    rng = np.random.default_rng(7)
    observed = pd.DataFrame({"x": 1e6 + rng.normal(size=500), "flat": 1.0, "mode": rng.choice(["a", "b"], 500)})
    expected = observed.assign(x=observed["x"] + rng.normal(scale=0.5, size=500), mode="a")
    expected.loc[::7, "x"] = np.nan
    cells = column_cells(observed, expected, expected, expected, COLUMNS)
    table = column_errors(cells, observed, NAMES).set_index("column")
    once = resample_columns(cells, Bootstrap(np.arange(500), np.ones((1, 500))))
    for figure in ("rmse", "r2", "accuracy"):
        np.testing.assert_allclose(once[figure][0], table[figure], rtol=1e-6)


def test_every_replicate_has_every_column(noisy):
    _, cells = noisy
    replicates = resample_columns(cells, Bootstrap.of_rows(1_000, 7, seed=0))
    assert {name: values.shape for name, values in replicates.items()} == dict.fromkeys(replicates, (7, 3))
    assert np.isnan(replicates["r2"][:, 2]).all()
    assert np.isfinite(replicates["coverage"][:, :2]).all()
    few = resample_columns(cells, Bootstrap.of_rows(3, 7, seed=0))
    assert few["rmse"].shape == (0, 3)
