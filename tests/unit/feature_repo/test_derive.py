"""Known answers of what the wind farm derives."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FILE = Path(__file__).parents[3] / "feature_repo" / "derive.py"


@pytest.fixture(scope="module")
def derive():
    spec = importlib.util.spec_from_file_location("wind_farm_derive", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.derive


def rows(**columns):
    base = {
        "pitch_deg": 0.0,
        "nacelle_deg": 90.0,
        "wind_direction_deg": 180.0,
        "wind_speed_ms": 8.0,
        "power_kw": 1025.0,
        "era5_air_density": 1.225,
        "rated_power_kw": 2050.0,
        "availability_loss_kwh": 0.0,
        "curtailment_loss_kwh": 0.0,
        "event_timestamp": "2014-01-01T06:00:00Z",
    }
    length = max(len(value) for value in columns.values())
    frame = pd.DataFrame(base | columns, index=range(10, 10 + length))
    return frame.assign(event_timestamp=pd.to_datetime(frame["event_timestamp"], utc=True))


def test_pitch_is_wrapped_and_otherwise_untouched(derive):
    found = derive(rows(pitch_deg=[262.0, 194.0, -121.3, 180.0, -180.0, -0.93000001, np.nan]))["pitch_wrapped_deg"]
    np.testing.assert_array_equal(found, [-98.0, -166.0, -121.3, 180.0, 180.0, -0.93000001, np.nan])


def test_angles_and_clock(derive):
    row = derive(rows(pitch_deg=[0.0])).iloc[0]
    expected = {"nacelle_sin": 1.0, "nacelle_cos": 0.0, "wind_direction_cos": -1.0, "hour_sin": 1.0, "hour_cos": 0.0}
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, abs=1e-12)
    assert row["season_sin"] == pytest.approx(np.sin(2 * np.pi * 0.25 / 365.25))


def test_wind_is_brought_to_standard_density(derive):
    found = derive(rows(era5_air_density=[1.225, 1.225 / 8, np.nan]))["wind_speed_corrected_ms"]
    np.testing.assert_allclose(found, [8.0, 4.0, np.nan])


def test_labels_are_null_where_their_inputs_are(derive):
    losses = derive(rows(availability_loss_kwh=[15.0, 15.0, np.nan], curtailment_loss_kwh=[5.0, 5.1, 0.0]))[
        "loss_event"
    ]
    np.testing.assert_array_equal(losses, [0.0, 1.0, np.nan])
    stopped = derive(rows(power_kw=[0.0, 0.1, -1.0, np.nan], wind_speed_ms=[5.1, 5.1, 5.0, 9.0]))["stopped_in_wind"]
    np.testing.assert_array_equal(stopped, [1.0, 0.0, 0.0, np.nan])


def test_the_index_is_kept_and_the_input_too(derive):
    frame = rows(pitch_deg=[262.0, 0.0])
    before = frame.copy()
    assert derive(frame).index.tolist() == [10, 11]
    pd.testing.assert_frame_equal(frame, before)
