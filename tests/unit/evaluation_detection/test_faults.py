import numpy as np
import pandas as pd
import pytest

from vaegis.config.evaluate import EvaluateConfig
from vaegis.errors import DataError
from vaegis.evaluation.derivation import load_derivation
from vaegis.evaluation.detection.alterations import ALTERATIONS
from vaegis.evaluation.detection.faults import inject_faults
from vaegis.evaluation.detection.sensors import find_sensors
from vaegis.evaluation.detection.windows import find_windows

CONFIG = EvaluateConfig(fault_sizes=[1.0, 3.0])
RAW = ["load_kw", "heat_c", "cool_c", "tilt_deg"]


@pytest.fixture(scope="module")
def injected(rows, project, world):
    derive = load_derivation(world.SCHEMA, project / "feature_repo")
    sensors = find_sensors(rows.train, world.SCHEMA, derive)
    return inject_faults(rows, find_windows(rows, CONFIG.fault_hours), sensors, derive, CONFIG)


@pytest.fixture(scope="module")
def pairs(injected, rows):
    """Each event with its altered rows and the untouched rows they came from."""
    original = rows.test.set_index(["machine", "at"])
    result = []
    for number, event in injected.events.iterrows():
        after = injected.frame[injected.event_N == number]
        before = original.loc[list(zip(after["machine"], after["at"], strict=True))].reset_index()
        result.append((event, before, after.reset_index(drop=True)))
    return result


def test_design_is_balanced(injected):
    cells = injected.events.groupby(["kind", "size"], dropna=False)
    assert set(injected.events["kind"]) == set(ALTERATIONS)
    assert len(cells) == 6
    sizes = cells.size()
    assert sizes.min() >= 0.9 * sizes.max()
    by_sensor = injected.events.groupby(["kind", "size", "sensor"], dropna=False).size()
    assert by_sensor.groupby(level=[0, 1], dropna=False).agg(lambda part: part.max() - part.min()).max() <= 3


def test_only_the_failing_sensors_and_what_derives_from_them_change(pairs, world):
    for event, before, after in pairs:
        changed = {name for name in before.columns if not before[name].equals(after[name][before.index])}
        allowed = {event["sensor"]}
        if event["detail"].removeprefix("with ") in RAW:
            allowed.add(event["detail"].removeprefix("with "))
        assert changed - set(world.SCHEMA.derived) <= allowed
        assert changed & allowed


def test_derived_columns_are_recomputed(injected):
    assert np.allclose(injected.frame["tilt_sin"], np.sin(np.deg2rad(injected.frame["tilt_deg"])))


def test_stuck_repeats_the_first_value(pairs):
    for event, before, after in pairs:
        if event["kind"] == "stuck":
            assert after[event["sensor"]].nunique() == 1
            assert after[event["sensor"]].iloc[0] == before[event["sensor"]].iloc[0]


def test_bias_and_drift_reach_their_size(pairs, rows):
    scale = rows.train["heat_c"].std(ddof=0)
    seen = set()
    for event, before, after in pairs:
        if event["sensor"] == "heat_c" and event["kind"] in ("bias", "drift"):
            shift = (after["heat_c"] - before["heat_c"]).abs()
            assert shift.iloc[-1] == pytest.approx(event["size"] * scale)
            assert shift.iloc[0] == pytest.approx(event["size"] * scale / (1 if event["kind"] == "bias" else 6))
            seen.add(event["detail"])
    assert seen == {"up", "down"}


def test_a_sensor_saturates_at_its_range_and_an_angle_wraps(injected):
    assert injected.frame["load_kw"].between(0.0, 150.0).all()
    assert injected.frame["tilt_deg"].between(0.0, 360.0).all()


def test_an_angle_moves_half_a_turn_at_most(pairs):
    for event, before, after in pairs:
        if event["sensor"] == "tilt_deg" and event["kind"] == "bias":
            turn = (after["tilt_deg"] - before["tilt_deg"] + 180) % 360 - 180
            assert turn.abs().iloc[0] == pytest.approx(event["size"] * 60.0, rel=0.05)


def test_swaps_exchange_sensors_of_one_unit_or_entities(pairs, rows):
    original = rows.test.set_index(["machine", "at"])
    ways = set()
    for event, before, after in pairs:
        if event["kind"] != "swapped":
            continue
        other = event["detail"].removeprefix("with ")
        ways.add((event["sensor"], other))
        if other in RAW:
            assert after[other].tolist() == pytest.approx(before[event["sensor"]].clip(*_range(other)).tolist())
        else:
            there = original.loc[[(other, at) for at in after["at"]], event["sensor"]]
            assert after[event["sensor"]].tolist() == there.tolist()
    assert ("heat_c", "cool_c") in ways
    assert ("heat_c", "load_kw") not in ways
    assert {other for _, other in ways} >= {"m1", "m2"}


def _range(name):
    return (0.0, 150.0) if name == "load_kw" else (None, None)


def test_the_same_seed_makes_the_same_faults(rows, project, world, injected):
    derive = load_derivation(world.SCHEMA, project / "feature_repo")
    sensors = find_sensors(rows.train, world.SCHEMA, derive)
    windows = find_windows(rows, CONFIG.fault_hours)
    again = inject_faults(rows, windows, sensors, derive, CONFIG)
    pd.testing.assert_frame_equal(again.frame, injected.frame)
    other = inject_faults(rows, windows, sensors, derive, EvaluateConfig(fault_sizes=[1.0, 3.0], seed=1))
    assert not other.events["start"].equals(injected.events["start"])


def test_missing_readings_stay_missing(rows, project, world):
    derive = load_derivation(world.SCHEMA, project / "feature_repo")
    sensors = find_sensors(rows.train, world.SCHEMA, derive)
    from dataclasses import replace

    holes = replace(rows, test=rows.test.assign(heat_c=rows.test["heat_c"].where(np.arange(len(rows.test)) % 5 != 0)))
    made = inject_faults(holes, find_windows(holes, 6.0), sensors, derive, CONFIG)
    original = holes.test.set_index(["machine", "at"])["heat_c"]
    before = original.loc[list(zip(made.frame["machine"], made.frame["at"], strict=True))]
    assert before.isna().any()
    assert made.frame["heat_c"][before.isna().to_numpy()].isna().all()


def test_faults_that_change_nothing_are_an_error(rows, project, world):
    from dataclasses import replace

    derive = load_derivation(world.SCHEMA, project / "feature_repo")
    sensors = find_sensors(rows.train, world.SCHEMA, derive)
    empty = replace(rows, test=rows.test.assign(**dict.fromkeys(RAW, np.nan)))
    with pytest.raises(DataError, match="no fault changes a value of load_kw, heat_c, cool_c, tilt_deg"):
        inject_faults(empty, find_windows(rows, 6.0), sensors, derive, CONFIG)


def test_no_window_is_an_error(rows, project, world):
    derive = load_derivation(world.SCHEMA, project / "feature_repo")
    with pytest.raises(DataError, match="0 full normal windows"):
        inject_faults(rows, [], find_sensors(rows.train, world.SCHEMA, derive), derive, CONFIG)
