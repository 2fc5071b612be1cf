import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.reconstruction.columns import column_cells
from vaegis.evaluation.reconstruction.slices import (
    column_slice_table,
    row_error_N,
    slice_table,
    slicings,
    worst_slice,
)

NUMBER = {"dtype": "float64", "kind": "numeric", "role": "feature"}
SCHEMA = TableSchema(
    service="s",
    columns=(
        ColumnSpec(name="unit", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="at", dtype="timestamp", kind="time", role="time"),
        ColumnSpec(name="x", unit="kW", **NUMBER),
        ColumnSpec(name="mode", dtype="string", kind="category", role="feature"),
        ColumnSpec(name="site", dtype="string", kind="category", role="condition"),
    ),
)
ROWS = 1_000


@pytest.fixture
def frame():
    """Two units, two months, a site; one unit's error is three times the other's."""
    rng = np.random.default_rng(0)
    times = pd.date_range("2024-01-20", periods=ROWS, freq="h", tz="UTC")
    return pd.DataFrame(
        {
            "unit": np.where(np.arange(ROWS) % 2 == 0, "a", "b"),
            "at": times,
            "x": rng.normal(0, 10, ROWS),
            "mode": rng.choice(["on", "off"], ROWS),
            "site": rng.choice(["north", "south", "west"], ROWS),
        }
    )


@pytest.fixture
def cells(frame):
    rng = np.random.default_rng(1)
    error = rng.normal(size=ROWS) * np.where(frame["unit"] == "a", 1.0, 3.0)
    expected = frame.assign(x=frame["x"] + error, mode="on")
    bare = expected[["x"]]
    return column_cells(frame, expected, bare - 1, bare + 1, SCHEMA.features)


def test_rows_are_cut_by_entity_month_categories_and_conditions(frame):
    assert [name for name, _ in slicings(frame, SCHEMA)] == ["entity", "month", "mode", "site"]
    named = frame.assign(site=frame["unit"].str.upper())
    assert [name for name, _ in slicings(named, SCHEMA)] == ["entity", "month", "mode"]
    many = frame.assign(unit=[f"u{n}" for n in range(ROWS)], site="north")
    assert [name for name, _ in slicings(many, SCHEMA)] == ["month", "mode"]


def test_the_badly_served_part_is_the_worst(frame, cells):
    table = slice_table(
        frame, SCHEMA, row_error_N(cells), np.arange(ROWS, dtype=float), Bootstrap.of_rows(ROWS, 300, 0)
    )
    whole, bad = np.sqrt((1 + 9) / 2), 3.0
    worst = worst_slice(table)
    assert (worst["slice"], worst["value"], worst["rows"]) == ("entity", "b", 500)
    assert worst["ratio"] == pytest.approx(bad / whole, abs=0.05)
    assert worst["ratio_low"] < bad / whole < worst["ratio_high"]
    assert worst["error"] == pytest.approx(0.3, abs=0.02)
    assert table.set_index(["slice", "value"]).loc[("entity", "a"), "nats"] == pytest.approx(499.0)
    assert table.groupby("slice")["rows"].sum().eq(ROWS).all()


def test_small_parts_are_shown_and_do_not_count(frame, cells):
    rare = frame.assign(unit=np.where(np.arange(ROWS) < 20, "rare", "b"))
    table = slice_table(rare, SCHEMA, row_error_N(cells), np.zeros(ROWS), Bootstrap.of_rows(ROWS, 100, 0))
    assert "rare" in set(table["value"])
    assert worst_slice(table)["value"] != "rare"
    assert worst_slice(table[:0]) is None


def test_columns_by_part_add_up_to_the_column(frame, cells):
    table = column_slice_table(frame, SCHEMA, cells)
    x = table[(table["slice"] == "entity") & (table["column"] == "x")].set_index("value")
    assert x["unit"].tolist() == ["kW", "kW"]
    assert x["rmse"].tolist() == pytest.approx([1.0, 3.0], rel=0.1)
    whole = np.sqrt((cells[0].error_N ** 2).mean())
    assert np.sqrt(np.average(x["rmse"] ** 2, weights=x["rows"])) == pytest.approx(whole)
    mode = table[(table["slice"] == "mode") & (table["column"] == "mode")].set_index("value")["accuracy"]
    assert mode.to_dict() == {"on": 1.0, "off": 0.0}


def test_without_numbers_there_is_no_error(frame):
    bare = frame[["x"]]
    cells = column_cells(frame, frame.assign(x=np.nan), bare, bare, SCHEMA.features)
    assert np.isnan(row_error_N(cells)).all()
    table = slice_table(frame, SCHEMA, row_error_N(cells), np.zeros(ROWS), Bootstrap.of_rows(ROWS, 100, 0))
    assert worst_slice(table) is None
    assert len(row_error_N([])) == 0


def test_one_row_cannot_be_cut(frame, cells):
    assert list(slicings(frame.head(1), SCHEMA)) == []
    assert column_slice_table(frame.head(1), SCHEMA, cells).empty
