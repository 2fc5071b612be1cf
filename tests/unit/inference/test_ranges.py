import numpy as np
import pandas as pd
import pytest

from vaegis.inference.profile import profile, sampled_rows
from vaegis.inference.ranges import guess_bounds, guess_max_missing, without_strays

rng = np.random.default_rng(0)


def bounds(values, kind="numeric", name="x"):
    return guess_bounds(profile(pd.Series(values, name=name), sampled_rows(len(values))), kind)


def test_the_span_is_left_on_either_side():
    found = bounds(np.linspace(-10.0, 30.0, 200))
    assert (found.low, found.high, found.strays) == (-50.0, 70.0, 0)


def test_what_was_never_negative_stays_so():
    assert bounds(np.linspace(0.0, 10.0, 200)).low == 0.0
    assert bounds(np.linspace(-10.0, 0.0, 200)).high == 0.0


WIDE = {
    "a count that is none": ("count", np.array([-2, -1, 0, 1, 2] * 40)),
    "large numbers close together": ("numeric", 1_234_567_890_123_456_700 + np.arange(200)),
    "numbers beyond int64": ("numeric", np.array([2**63 + i * 10**15 for i in range(200)], dtype="uint64")),
    "the last of uint64": ("numeric", np.array([2**64 - 1 - i for i in range(200)], dtype="uint64")),
    "smaller than normal numbers": ("numeric", 5e-324 * (np.arange(200) % 5)),
    "all that a float holds": ("numeric", np.linspace(-0.9, 0.9, 200) * 2.0**1023),
}


@pytest.mark.parametrize("case", WIDE)
def test_no_bound_lies_inside_the_data(case):
    kind, values = WIDE[case]
    found = bounds(values, kind)
    assert found.low <= float(values.min()) <= float(values.max()) <= found.high
    assert np.isfinite([found.low, found.high]).all()


@pytest.mark.parametrize(
    ("name", "low", "high"), [("lat", -90.0, 90.0), ("humidity_pct", 0.0, 100.0), ("lon", -180.0, 180.0)]
)
def test_natural_bounds_hold_where_all_values_keep_them(name, low, high):
    found = bounds(np.linspace(1.0, 50.0, 200), name=name)
    assert (found.low, found.high) == (low, high)
    assert bounds(np.linspace(1.0, 5000.0, 200), name=name).high > 5000.0


@pytest.mark.parametrize(("low", "high"), [(0.0, 360.0), (-180.0, 180.0), (-360.0, 360.0)])
def test_angles_have_a_turn(low, high):
    found = bounds(np.linspace(low, high, 200), kind="angle")
    assert (found.low, found.high) == (low, high)


def test_levels_and_names_have_no_bounds():
    assert bounds([1, 2, 3], kind="category").low is None
    assert bounds(["a", "b"], kind="numeric").high is None


def test_one_value_far_from_all_others_lies_outside():
    speeds = np.append(rng.uniform(0.0, 42.0, 26_000), 1048.0)
    found = bounds(speeds)
    assert found.strays == 1
    assert found.high < 90.0


def test_long_tails_are_not_mistakes():
    assert bounds(rng.lognormal(0.0, 2.0, 100_000)).strays == 0


def test_a_tenth_of_the_rows_is_no_mistake():
    values = np.concatenate([rng.normal(size=900), np.full(100, -9999.0)])
    assert without_strays(values)[2] == 0


def test_next_months_rows_keep_the_bounds():
    """A sine over the year, seen for its first half only, stays inside."""
    year = np.sin(np.linspace(0.0, 2.0 * np.pi, 1000)) * 10.0 + 12.0
    found = bounds(year[:400])
    assert found.low <= year[:700].min()


@pytest.mark.parametrize(("share", "allowed"), [(0.0, 0.01), (0.1, 0.16), (0.5, 0.76), (0.9, 1.0)])
def test_missing(share, allowed):
    assert guess_max_missing(share) == allowed
