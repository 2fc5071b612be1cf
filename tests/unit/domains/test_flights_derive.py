"""Known answers of what the flights derive."""

import inspect

import numpy as np
import pandas as pd
import pytest

BASE = {
    "event_timestamp": "2013-01-02T11:00:00Z",  # 6:00 on a Wednesday in New York
    "scheduled_arrival_min": 480.0,
    "departure_delay_min": 0.0,
    "arrival_delay_min": 0.0,
    "air_time_min": 60.0,
    "distance_mi": 400.0,
    "wind_direction_deg": 90.0,
    "wind_speed_mph": 10.0,
    "precipitation_in": 0.0,
    "visibility_mi": 10.0,
}


def rows(**columns):
    length = max(len(value) for value in columns.values())
    frame = pd.DataFrame(BASE | columns, index=range(10, 10 + length))
    return frame.assign(event_timestamp=pd.to_datetime(frame["event_timestamp"], utc=True))


def test_clock_and_calendar_are_new_yorks_in_winter_and_summer(derive):
    found = derive(rows(event_timestamp=["2013-01-02T11:00:00Z", "2013-07-03T10:00:00Z", "2013-01-07T04:59:00Z"]))
    np.testing.assert_allclose(found["hour_sin"][:2], [1.0, 1.0])
    np.testing.assert_allclose(found["weekday_sin"], np.sin(2 * np.pi * np.array([2, 2, 6]) / 7))
    assert found["season_cos"].iloc[0] == pytest.approx(np.cos(2 * np.pi * 1.25 / 365.25))


def test_the_schedule_wraps_at_midnight_and_the_speed_is_in_miles_an_hour(derive):
    found = derive(rows(scheduled_arrival_min=[480.0, 350.0], air_time_min=[60.0, np.nan]))
    assert found["scheduled_clock_min"].tolist() == [120.0, 1430.0]
    np.testing.assert_array_equal(found["ground_speed_mph"], [400.0, np.nan])


def test_a_calm_has_no_direction(derive):
    found = derive(rows(wind_speed_mph=[10.0, 0.0, np.nan], wind_direction_deg=[90.0, 0.0, 90.0]))
    np.testing.assert_array_equal(found["wind_direction_sin"], [1.0, np.nan, np.nan])


def test_whether_it_rained_and_how_much_are_two_questions(derive):
    found = derive(rows(precipitation_in=[0.0, 0.1, np.nan], visibility_mi=[10.0, 2.5, np.nan]))
    np.testing.assert_array_equal(found["wet"], [0.0, 1.0, np.nan])
    np.testing.assert_allclose(found["rain_log10_in"], [np.nan, -1.0, np.nan])
    np.testing.assert_array_equal(found["hazy"], [0.0, 1.0, np.nan])
    np.testing.assert_array_equal(found["haze_visibility_mi"], [np.nan, 2.5, np.nan])


def test_labels_of_the_late_the_diverted_and_the_cancelled(derive):
    found = derive(
        rows(departure_delay_min=[0.0, 170.0, 5.0, np.nan], arrival_delay_min=[180.0, 180.1, np.nan, np.nan])
    )
    assert found["cancelled"].tolist() == [0.0, 0.0, 0.0, 1.0]
    np.testing.assert_array_equal(found["heavily_delayed"], [0.0, 1.0, 1.0, np.nan])


def test_the_storm_is_two_days_of_new_york(derive):
    times = ["2013-02-08T04:59:00Z", "2013-02-08T05:00:00Z", "2013-02-10T04:59:00Z", "2013-02-10T05:00:00Z"]
    assert derive(rows(event_timestamp=times))["storm"].tolist() == [0.0, 1.0, 1.0, 0.0]


def test_its_text_alone_does_since_feast_keeps_no_more(derive):
    names = {}
    exec(f"import numpy as np\nimport pandas as pd\n{inspect.getsource(derive)}", names)  # noqa: S102
    frame = rows(distance_mi=[400.0, 17.0])
    pd.testing.assert_frame_equal(names["derive"](frame), derive(frame))


def test_the_index_is_kept_and_the_input_too(derive):
    frame = rows(distance_mi=[400.0, 17.0])
    before = frame.copy()
    assert derive(frame).index.tolist() == [10, 11]
    pd.testing.assert_frame_equal(frame, before)
