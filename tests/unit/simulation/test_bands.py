import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.simulation.bands import bands
from vaegis.simulation.population import Population, Step

NUMBER = ColumnSpec(name="n", dtype="float64", kind="numeric", role="feature")
LEVEL = ColumnSpec(name="l", dtype="string", kind="category", role="feature")
MOMENT = ColumnSpec(name="t", dtype="timestamp", kind="time", role="feature")


def test_a_band_of_rows_and_an_interval_of_the_mean():
    rows = pd.DataFrame({"n": np.arange(101.0), "l": ["u"] * 75 + ["v"] * 26})
    (number, level) = bands([Population(step=Step(), rows=rows)], [NUMBER, LEVEL]).to_dict("records")
    assert (number["mean"], number["p50"], number["p2.5"], number["p97.5"]) == (50.0, 50.0, 2.5, 97.5)
    half = 1.959964 * np.std(rows["n"], ddof=1) / np.sqrt(101)
    assert number["high"] - number["mean"] == pytest.approx(half)
    assert (level["top"], level["top_share"]) == ("u", 75 / 101)


def test_rows_worth_less_have_a_wider_interval():
    rows = pd.DataFrame({"n": np.arange(100.0)})
    plain, weighted = (
        bands([Population(step=Step(), rows=rows, effective=worth)], [NUMBER]).iloc[0] for worth in (100.0, 25.0)
    )
    assert weighted["high"] - weighted["mean"] == pytest.approx(2 * (plain["high"] - plain["mean"]))


def test_missing_values_are_counted_and_times_have_no_band():
    rows = pd.DataFrame({"n": [1.0, np.nan, 3.0, np.nan], "t": pd.to_datetime(["2020-01-01"] * 4, utc=True)})
    number, moment = bands([Population(step=Step(), rows=rows)], [NUMBER, MOMENT]).to_dict("records")
    assert (number["missing"], number["mean"]) == (0.5, 2.0)
    assert np.isnan(moment["mean"])
    empty = rows.assign(n=np.nan)
    assert bands([Population(step=Step(), rows=empty)], [NUMBER]).iloc[0].to_dict() == {
        "step": 0,
        "column": "n",
        "missing": 1.0,
    }
