import numpy as np
import pytest

from vaegis.evaluation.derivation import load_derivation
from vaegis.evaluation.detection.sensors import Sensor, find_sensors


def test_sensors_are_raw_vary_between_entities_and_reach_a_feature(project, world, rows):
    found = find_sensors(rows.train, world.SCHEMA, load_derivation(world.SCHEMA, project / "feature_repo"))
    assert [sensor.name for sensor in found] == ["load_kw", "heat_c", "cool_c", "tilt_deg"]


def test_one_entity_needs_no_difference_between_entities(project, world, rows):
    alone = rows.train[rows.train["machine"] == "m1"]
    found = find_sensors(alone, world.SCHEMA, load_derivation(world.SCHEMA, project / "feature_repo"))
    assert "weather_c" in [sensor.name for sensor in found]


def test_scale_of_an_angle_is_circular(project, world, rows):
    found = find_sensors(rows.train, world.SCHEMA, load_derivation(world.SCHEMA, project / "feature_repo"))
    scales = {sensor.name: sensor.scale for sensor in found}
    assert scales["tilt_deg"] == pytest.approx(60.0, rel=0.05)
    assert scales["heat_c"] == pytest.approx(rows.train["heat_c"].std(), rel=1e-3)


def test_angles_wrap_and_numbers_saturate():
    angle = Sensor(name="a", unit="deg", is_angle=True, scale=1.0, low=-180.0, high=180.0)
    number = Sensor(name="n", unit="kW", is_angle=False, scale=1.0, low=0.0, high=10.0)
    assert angle.bound(np.array([190.0, -190.0, 10.0])).tolist() == [-170.0, 170.0, 10.0]
    assert number.bound(np.array([-1.0, 5.0, 11.0])).tolist() == [0.0, 5.0, 10.0]
