import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.detection.alterations import ALTERATIONS, Ground, Site, bias, drift, stick, swap
from vaegis.evaluation.detection.sensors import Sensor
from vaegis.evaluation.detection.windows import Window

TIMES = pd.date_range("2015-01-01", periods=4, freq="h", tz="UTC")
HOT = Sensor(name="hot_c", unit="degC", is_angle=False, scale=1.0, low=-50.0, high=100.0)
COLD = Sensor(name="cold_c", unit="degC", is_angle=False, scale=1.0, low=-50.0, high=20.0)
LOAD = Sensor(name="load_kw", unit="kW", is_angle=False, scale=1.0, low=0.0, high=10.0)
TILT = Sensor(name="tilt_deg", unit="deg", is_angle=True, scale=1.0, low=0.0, high=360.0)
VALUES = {
    "hot_c": np.array([np.nan, 31.0, 32.0, 33.0, 41.0, 42.0, 43.0, 44.0]),
    "cold_c": np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]),
    "load_kw": np.array([10.0, 10.0, 10.0, 9.0, 0.0, 0.0, 0.0, 1.0]),
    "tilt_deg": np.array([0.0, 90.0, 180.0, 350.0, 0.0, 0.0, 0.0, 0.0]),
}


def ground(sensors=(HOT, COLD, LOAD, TILT), entities=("a", "b")):
    """Two entities with four rows each."""
    positions = {name: pd.Series(np.arange(4) + 4 * k, index=TIMES) for k, name in enumerate(entities)}
    times = pd.DatetimeIndex([*TIMES, *TIMES]).to_numpy()
    return Ground(values=VALUES, times=times, positions=positions, sensors=sensors)


def site(sensor, shift=np.nan, turn=0, seed=0, where=None, entity="a"):
    rows = np.arange(4) + (4 if entity == "b" else 0)
    window = Window(entity=entity, start=TIMES[0], rows=rows)
    rng = np.random.default_rng(seed)
    return Site(ground=where or ground(), window=window, sensor=sensor, shift=shift, turn=turn, rng=rng)


def test_every_kind_is_registered():
    assert {"stuck": stick, "drift": drift, "bias": bias, "swapped": swap} == ALTERATIONS


def test_stuck_repeats_the_first_value_there_is():
    values, detail = stick(site(HOT))
    assert (values["hot_c"].tolist(), detail) == ([31.0] * 4, "")


def test_stuck_without_any_value_is_missing():
    empty = Ground(values={"hot_c": np.full(8, np.nan)}, times=TIMES.to_numpy(), positions={}, sensors=(HOT,))
    assert np.isnan(stick(site(HOT, where=empty))[0]["hot_c"]).all()


def test_bias_and_drift_go_the_way_they_say():
    seen = set()
    for seed in range(8):
        values, detail = bias(site(COLD, 2.0, seed=seed))
        sign = {"up": 1.0, "down": -1.0}[detail]
        assert values["cold_c"].tolist() == (VALUES["cold_c"][:4] + 2.0 * sign).tolist()
        ramp, direction = drift(site(COLD, 2.0, seed=seed))
        assert direction == detail
        assert (ramp["cold_c"] - VALUES["cold_c"][:4]).tolist() == [0.5 * sign, sign, 1.5 * sign, 2.0 * sign]
        seen.add(detail)
    assert seen == {"up", "down"}


def test_a_sensor_at_its_end_moves_the_other_way():
    for seed in range(8):
        values, detail = bias(site(LOAD, 5.0, seed=seed))
        assert (values["load_kw"].tolist(), detail) == ([5.0, 5.0, 5.0, 4.0], "down")
        values, detail = bias(site(LOAD, 5.0, seed=seed, entity="b"))
        assert (values["load_kw"].tolist(), detail) == ([5.0, 5.0, 5.0, 6.0], "up")


def test_missing_readings_do_not_decide_the_way():
    values, detail = bias(site(HOT, 5.0))
    assert np.isnan(values["hot_c"][0])
    assert np.abs(values["hot_c"][1:] - VALUES["hot_c"][1:4]).tolist() == [5.0] * 3
    assert detail in ("up", "down")


def test_an_angle_goes_round():
    made = [bias(site(TILT, 20.0, seed=seed)) for seed in range(8)]
    found = {detail: values["tilt_deg"].tolist() for values, detail in made}
    assert found == {"up": [20.0, 110.0, 200.0, 10.0], "down": [340.0, 70.0, 160.0, 330.0]}


def test_swapped_sensors_have_one_unit_and_keep_their_range():
    values, detail = swap(site(HOT, turn=0))
    assert detail == "with cold_c"
    assert values["hot_c"].tolist() == VALUES["cold_c"][:4].tolist()
    assert values["cold_c"].tolist()[1:] == [20.0] * 3, "30 degrees are beyond what it can write"


def test_a_sensor_alone_in_its_unit_is_swapped_with_any_other():
    values, detail = swap(site(LOAD, turn=0))
    assert detail.removeprefix("with ") in set(values) - {"load_kw"}
    assert ((values["load_kw"] >= 0) & (values["load_kw"] <= 10))[np.isfinite(values["load_kw"])].all()


def test_every_other_time_another_entity_is_read_at_the_same_times():
    values, detail = swap(site(COLD, turn=1))
    assert ({name: item.tolist() for name, item in values.items()}, detail) == ({"cold_c": [5, 6, 7, 8]}, "with b")


def test_what_cannot_be_swapped_one_way_is_swapped_the_other():
    assert swap(site(COLD, turn=0, where=ground(sensors=(COLD,))))[1] == "with b"
    assert swap(site(COLD, turn=1, where=ground(entities=("a",))))[1] == "with hot_c"
    assert swap(site(COLD, where=ground(sensors=(COLD,), entities=("a",)))) == ({}, "")


def test_an_entity_that_lacks_a_time_is_not_read():
    late = {"a": pd.Series(np.arange(4), index=TIMES), "b": pd.Series([4, 5, 6], index=TIMES[1:])}
    where = Ground(values=VALUES, times=TIMES.to_numpy(), positions=late, sensors=(COLD,))
    assert swap(site(COLD, turn=1, where=where)) == ({}, "")


@pytest.mark.parametrize("kind", list(ALTERATIONS))
def test_the_untouched_rows_stay_untouched(kind):
    before = {name: values.copy() for name, values in VALUES.items()}
    ALTERATIONS[kind](site(HOT, 3.0))
    assert all(np.array_equal(VALUES[name], before[name], equal_nan=True) for name in before)


def test_ground_knows_where_every_entity_is_at_every_time(rows):
    sensor = Sensor(name="heat_c", unit="degC", is_angle=False, scale=1.0, low=-np.inf, high=np.inf)
    found = Ground.of(rows, [sensor])
    assert set(found.positions) == {"m1", "m2"}
    for entity, where in found.positions.items():
        part = rows.test.iloc[where.to_numpy()]
        assert set(part["machine"]) == {entity}
        assert (pd.DatetimeIndex(part["at"]) == where.index).all()
    assert np.array_equal(found.values["heat_c"], rows.test["heat_c"].to_numpy())
