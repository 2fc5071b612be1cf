"""What is computed from a row instead of measured: for Feast on demand, and wherever raw columns have been changed."""

import numpy as np
import pandas as pd


def derive(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the derived columns of rows that hold sensors, weather, ratings, losses and event_timestamp.

    Density correction: wind * (rho / 1.225) ** (1/3), IEC 61400-12-1. Labels are null where their inputs are.
    """
    out = pd.DataFrame(index=frame.index)
    pitch = frame["pitch_deg"]
    out["pitch_wrapped_deg"] = pitch.where(
        pitch.between(-180.0, 180.0, inclusive="right"), 180.0 - (180.0 - pitch) % 360.0
    )
    time = pd.to_datetime(frame["event_timestamp"], utc=True)
    hour = time.dt.hour + time.dt.minute / 60.0
    day = time.dt.dayofyear - 1 + hour / 24.0
    angles = {
        "nacelle": np.deg2rad(frame["nacelle_deg"]),
        "wind_direction": np.deg2rad(frame["wind_direction_deg"]),
        "hour": 2.0 * np.pi * hour / 24.0,
        "season": 2.0 * np.pi * day / 365.25,
    }
    for name, angle in angles.items():
        out[f"{name}_sin"] = np.sin(angle)
        out[f"{name}_cos"] = np.cos(angle)
    wind, power = frame["wind_speed_ms"], frame["power_kw"]
    out["wind_speed_corrected_ms"] = wind * np.cbrt(frame["era5_air_density"] / 1.225)
    out["rated_share"] = power / frame["rated_power_kw"]
    lost = frame["availability_loss_kwh"] + frame["curtailment_loss_kwh"]
    out["loss_event"] = (lost > 20.0).astype("float64").where(lost.notna())
    stopped = (power <= 0.0) & (wind > 5.0)
    out["stopped_in_wind"] = stopped.astype("float64").where(power.notna() & wind.notna())
    return out
