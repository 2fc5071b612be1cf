import numpy as np
import pytest

from vaegis.evaluation.detection.row_alterations import ROW_ALTERATIONS, Spot
from vaegis.evaluation.detection.sensors import Sensor
from vaegis.evaluation.detection.targets import Target

AMOUNT = Sensor(name="kg", unit="kg", is_angle=False, scale=2.0, low=0.0, high=30.0)
ANGLE = Sensor(name="deg", unit="deg", is_angle=True, scale=90.0, low=0.0, high=360.0)
LEVELS = np.array(["a", "b", "c"], dtype=object)


def spot(target: Target, old, size=np.nan, others=None) -> Spot:
    dtype = object if target.sensor is None else float
    old_N = np.array(old, dtype=dtype)
    others_M = old_N if others is None else np.array(others, dtype=dtype)
    return Spot(target=target, old_N=old_N, others_M=others_M, size=size, rng=np.random.default_rng(0))


@pytest.mark.parametrize("size", [1.0, 2.0, 4.0])
def test_bias_shifts_by_its_size_both_ways_and_within_bounds(size):
    old = np.linspace(0.0, 30.0, 301)
    new_N = ROW_ALTERATIONS["bias"](spot(Target(name="kg", sensor=AMOUNT), old, size))
    inside = (old >= 2 * size) & (old <= 30.0 - 2 * size)
    np.testing.assert_allclose(np.abs(new_N - old)[inside], 2.0 * size)
    assert set(np.sign(new_N - old)[inside]) == {-1.0, 1.0}
    assert ((new_N >= 0.0) & (new_N <= 30.0)).all()
    assert (np.abs(new_N - old) >= size).all()  # at least half of it, whichever way


def test_bias_of_whole_numbers_is_whole_and_of_angles_wraps():
    whole = ROW_ALTERATIONS["bias"](spot(Target(name="kg", sensor=AMOUNT, whole=True), [1.0, 7.0, 20.0] * 9, 0.7))
    assert (whole == np.round(whole)).all()
    turned = ROW_ALTERATIONS["bias"](spot(Target(name="deg", sensor=ANGLE), [10.0] * 20, 1.0))
    assert set(turned) == {100.0, 280.0}


def test_exchange_takes_another_value_in_its_frequency():
    target = Target(name="x", levels=LEVELS)
    new_N = ROW_ALTERATIONS["exchanged"](spot(target, ["a"] * 500, others=["a"] * 50 + ["b"] * 45 + ["c"] * 5))
    assert (new_N == "a").mean() < 0.02  # drawn eight times in a row
    assert 0.02 < (new_N == "c").mean() < 0.2


def test_replace_draws_all_levels_alike():
    target = Target(name="x", levels=LEVELS)
    new_N = ROW_ALTERATIONS["replaced"](spot(target, ["a"] * 500, others=["a"] * 99 + ["b"]))
    assert (new_N == "b").mean() == pytest.approx(0.5, abs=0.08)
    assert (new_N == "c").mean() == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("kind", ROW_ALTERATIONS)
def test_what_cannot_be_changed_stays(kind):
    for target, old in (
        (Target(name="x", levels=LEVELS[:1]), ["a", "a"]),
        (Target(name="kg", sensor=AMOUNT), [1.0, 1.0]),
    ):
        shot = spot(target, old, size=0.0)
        assert ROW_ALTERATIONS[kind](shot).tolist() == old
        assert shot.old_N.tolist() == old
