"""What is computed from a row instead of recorded: for Feast on demand, and wherever raw columns have been changed."""

import numpy as np
import pandas as pd


def derive(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the derived columns of rows that hold times, delays, distance, wind and event_timestamp.

    Clock and calendar are New York's. Labels are null where their inputs say nothing. Feast keeps the text of this
    function alone, so it names nothing outside itself but the two imports.
    """
    out = pd.DataFrame(index=frame.index)
    local = pd.to_datetime(frame["event_timestamp"], utc=True).dt.tz_convert("America/New_York")
    minute = local.dt.hour * 60.0 + local.dt.minute
    day = local.dt.dayofyear - 1 + minute / 1440.0
    # In a calm the source writes direction 0, which is north to a reader and nowhere to the wind.
    wind = frame["wind_direction_deg"].where(frame["wind_speed_mph"] > 0.0)
    angles = {
        "hour": 2.0 * np.pi * minute / 1440.0,
        "weekday": 2.0 * np.pi * local.dt.dayofweek / 7.0,
        "season": 2.0 * np.pi * day / 365.25,
        "wind_direction": np.deg2rad(wind),
    }
    for name, angle in angles.items():
        out[f"{name}_sin"] = np.sin(angle)
        out[f"{name}_cos"] = np.cos(angle)
    # Most hours are dry and clear: whether and how much are two questions, the second without an answer then.
    rain, sight = frame["precipitation_in"], frame["visibility_mi"]
    out["wet"] = (rain > 0.0).astype("float64").where(rain.notna())
    out["rain_log10_in"] = np.log10(rain.where(rain > 0.0))
    out["hazy"] = (sight < 10.0).astype("float64").where(sight.notna())
    out["haze_visibility_mi"] = sight.where(sight < 10.0)
    out["scheduled_clock_min"] = (frame["scheduled_arrival_min"] - minute) % 1440.0
    out["ground_speed_mph"] = 60.0 * frame["distance_mi"] / frame["air_time_min"]
    departed, arrived = frame["departure_delay_min"].notna(), frame["arrival_delay_min"].notna()
    out["cancelled"] = (~departed).astype("float64")
    heavy = (frame["arrival_delay_min"] > 180.0) | ~arrived
    out["heavily_delayed"] = heavy.astype("float64").where(departed)
    date = local.dt.tz_localize(None)
    out["storm"] = ((date >= "2013-02-08") & (date < "2013-02-10")).astype("float64")
    return out
