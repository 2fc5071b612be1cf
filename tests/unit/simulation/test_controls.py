import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.simulation.controls import POSITIONS, control_of


class Bounded:
    """What a model has seen of a column."""

    def __init__(self, low, high, levels=()):
        self.ends, self.known = (low, high), levels

    def bounds(self, name):
        return self.ends

    def levels(self, name):
        return self.known


def number(low, high, usual=(), dtype="float64", unit=""):
    column = ColumnSpec(name="x", dtype=dtype, kind="numeric", role="feature", unit=unit)
    return control_of(column, Bounded(low, high), pd.Series(usual, dtype="float64"))


@pytest.mark.parametrize(
    ("low", "high"), [(-17.68, 2047.5), (0.0, 16.56), (1.0990967, 1.2923432), (-1.0, 1.0), (3e6, 5e9)]
)
def test_ends_and_steps_are_short_and_lie_in_what_training_saw(low, high):
    made = number(low, high, np.linspace(low, high, 99))
    assert low <= made.low < made.shown[0] + made.step <= made.shown[1] <= made.high <= high
    assert high - low - 2 * made.step <= made.high - made.low
    assert POSITIONS <= (high - low) / made.step <= 3 * POSITIONS
    assert made.low <= made.middle <= made.high
    for value in (made.low, made.high, made.middle, *made.shown):
        assert float(made.text(value)) == pytest.approx(value)
        assert len(made.text(value)) <= 10


def test_a_slider_shows_the_closest_value_in_its_digits():
    made = number(0.0, 16.56, [5.0, 6.0])
    assert (made.step, made.decimals, made.text(12.0), made.text(0.1 + 0.2)) == (0.05, 2, "12", "0.3")
    assert (made.near(99.0), made.near(-1.0), made.near(3.14159)) == (made.high, 0.0, 3.14)
    assert str(number(-5.0, 5.0, [0.0]).near(-0.001)) == "0.0"
    assert 8.0 <= made.reach <= 8.3
    assert number(0, 40, [3], dtype="int64").step == 1.0


def test_a_number_without_ends_takes_those_of_usual_rows():
    made = number(-np.inf, np.inf, np.linspace(0.0, 10.0, 101))
    assert -1.5 <= made.low < 0.0
    assert 10.0 < made.high <= 11.5


def test_what_has_one_value_cannot_be_set():
    assert not number(3.14159, 3.14159, [3.14159] * 9).can_be_set
    assert not number(0.0, 0.0).can_be_set
    assert number(0.0, 1.0, [0.5]).can_be_set
    column = ColumnSpec(name="unit", dtype="string", kind="category", role="feature")
    assert control_of(column, Bounded(0, 0, ("a", "b")), pd.Series(["a"])).levels == ("a", "b")
    assert not control_of(column, Bounded(0, 0, ("a",)), pd.Series(["a"])).can_be_set


def test_a_label_has_the_unit():
    assert (number(0.0, 1.0, [0.5], unit="m/s").label, number(0.0, 1.0, [0.5]).label) == ("x (m/s)", "x")
