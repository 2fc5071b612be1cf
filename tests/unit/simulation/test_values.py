from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.errors import ConfigError, DataError
from vaegis.simulation.values import Settable, as_number, grid, swept_values


def test_values_come_in_the_columns_type(settable):
    assert settable.value("x", "1.5") == 1.5
    assert settable.value("unit", "a") == "a"
    assert settable.levels("unit") == ("a", "b")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("speed", 1, "there is no column 'speed'; allowed: unit, x, y, w"),
        ("x", "fast", "column 'x': 'fast'; allowed: a number"),
        ("x", True, "allowed: a number"),
        ("x", float("nan"), "allowed: a number"),
        ("x", 99, r"column 'x': 99; allowed: -\d.* to \d"),
        ("unit", "c", "column 'unit': 'c'; allowed: a, b"),
    ],
)
def test_what_training_never_saw_is_refused(settable, name, value, says):
    with pytest.raises(DataError, match=says):
        settable.value(name, value)


def test_sweeps(settable):
    assert settable.sweep("x", "-1:1:5") == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert len(settable.sweep("x", "-1:1")) == 21
    assert settable.sweep("x", "1, 2") == settable.sweep("x", [1, 2]) == [1.0, 2.0]
    assert settable.sweep("x", 3) == [3.0]
    assert settable.sweep("unit", "all") == ["a", "b"]
    assert grid(swept_values(settable, {"unit": "all", "x": "1,2"})) == [
        {"unit": "a", "x": 1.0},
        {"unit": "a", "x": 2.0},
        {"unit": "b", "x": 1.0},
        {"unit": "b", "x": 2.0},
    ]
    assert grid({}) == [{}]


@pytest.mark.parametrize("asked", ["1:2:1", "1:2:3:4", "1:2:x"])
def test_a_sweep_has_two_ends(settable, asked):
    with pytest.raises(ConfigError, match="low:high or low:high:steps"):
        settable.sweep("x", asked)


def test_a_sweep_stays_in_range_and_in_number(settable):
    with pytest.raises(DataError, match="column 'x': -9"):
        settable.sweep("x", "-9:1")
    with pytest.raises(ConfigError, match="too many steps; allowed: 2000 at most"):
        grid({"x": range(50), "y": range(50)})


def test_a_number_stands_for_its_level(settable, model):
    told = settable.stands_for("w", 10.0)
    assert told["low"] <= 10.0 <= told["high"]
    assert 0.0 < told["share"] < 0.2
    low, high = settable.bounds("w")
    drawn = model.sample(500)["w"]
    assert low <= drawn.min() <= drawn.max() <= high
    assert settable.stands_for("unit", "a") is None


def test_the_ends_of_a_range_can_be_set_as_they_are_told(settable):
    low, high = settable.bounds("w")
    assert settable.value("w", high + 1e-9) == high
    assert settable.value("w", f"{low:g}") == pytest.approx(low, abs=1e-3)
    assert settable.sweep("w", f"{low:g}:{high:g}:3")[-1] <= high


def test_whole_numbers_stay_whole_however_they_are_set():
    columns = [
        ColumnSpec(name="visits", dtype="int64", kind="count", role="feature"),
        ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature"),
    ]
    transform = SimpleNamespace(ranges={"x": (0.0, 9.0)})
    counted = Settable(SimpleNamespace(schema=SimpleNamespace(inputs=columns), generator=None, transform=transform))
    assert counted.value("visits", 2.4) == 2
    assert counted.sweep("visits", "1:3") == [1, 2, 3]
    assert counted.moved(pd.Series([1, 2], name="visits"), 0.7).tolist() == [2.0, 3.0]
    assert counted.moved(pd.Series([1.0], name="x"), 0.5).tolist() == [1.5]
    with pytest.raises(DataError, match="column 'x': 99; allowed: 0 to 9"):  # a condition, as `sample` says it
        counted.value("x", 99)


def test_numbers():
    assert as_number("x", "-1e3") == -1000.0
    with pytest.raises(DataError):
        as_number("x", np.inf)
