"""A small wind farm with the defects of the real one: three days, four turbines, ten-minute rows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vaegis.contract import ColumnSpec, TableSchema, load_rules
from vaegis.quality.validate import Pulled

ROOT = Path(__file__).parents[3]
TURBINES = ("R80711", "R80721", "R80736", "R80790")
DAYS = ("2014-03-30", "2014-06-05", "2014-10-26")
KEYS = ["turbine_id", "event_timestamp"]


def number(name, low=None, high=None, *, role="feature", kind="numeric", missing=0.05, unit=""):
    bounds = {"minimum": low, "maximum": high, "max_missing": missing}
    return ColumnSpec(name=name, dtype="float64", kind=kind, role=role, unit=unit, **bounds)


@pytest.fixture(scope="session")
def schema():
    columns = (
        ColumnSpec(name="turbine_id", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="event_timestamp", dtype="timestamp", kind="time", role="time"),
        number("pitch_deg", -180, 180, role="context", kind="angle", unit="deg"),
        number("pitch_wrapped_deg", -180, 180, unit="deg"),
        number("power_kw", -50, 2100, unit="kW"),
        number("outdoor_temp_c", -25, 45, unit="degC"),
        ColumnSpec(name="turbine", dtype="string", kind="category", role="feature", max_missing=0.0),
        number("rated_share", role="context"),
        number("stopped_in_wind", 0, 1, role="label", kind="binary", missing=1.0),
    )
    return TableSchema(service="farm_v1", columns=columns, cadence_seconds=600.0)


@pytest.fixture(scope="session")
def rules():
    return load_rules(ROOT / "feature_repo" / "expectations.json")


def sensors(keys):
    rng = np.random.default_rng(0)
    rows = keys.copy()
    rows["pitch_deg"] = rng.uniform(-1, 90, len(rows))
    rows["power_kw"] = rng.uniform(-10, 2050, len(rows))
    rows["outdoor_temp_c"] = rng.uniform(-5, 35, len(rows))
    rows["turbine"] = rows["turbine_id"]
    rows["stopped_in_wind"] = (rows["power_kw"] <= 0).astype("float64")
    return rows


def derived(rows):
    pitch = rows["pitch_deg"]
    return rows.assign(pitch_wrapped_deg=(pitch + 180.0) % 360.0 - 180.0, rated_share=rows["power_kw"] / 2050.0)


def coverage_of(keys):
    unique = keys.drop_duplicates().assign(month=lambda frame: frame["event_timestamp"].dt.strftime("%Y-%m"))
    table = unique.groupby(["turbine_id", "month"]).size().reset_index(name="rows")
    days = unique["event_timestamp"].dt.floor("D").drop_duplicates().dt.strftime("%Y-%m").value_counts()
    table["expected"] = table["month"].map(days) * 144
    table["missing_slots"] = table["expected"] - table["rows"]
    table["completeness"] = table["rows"] / table["expected"]
    return table.assign(longest_gap_slots=table["missing_slots"])


@pytest.fixture(scope="session")
def make_keys():
    def build(days=DAYS):
        times = [pd.date_range(day, periods=144, freq="10min", tz="UTC", unit="us") for day in days]
        stamps = times[0].append(times[1:])
        return pd.MultiIndex.from_product([TURBINES, stamps], names=KEYS).to_frame(index=False)

    return build


@pytest.fixture(scope="session")
def make_pulled(schema):
    """Build what pull delivers from the keys at the source and a function that spoils the rows."""

    def build(keys, spoil=lambda rows: rows):
        rows = derived(spoil(sensors(keys.drop_duplicates().reset_index(drop=True))))
        table = pa.Table.from_pandas(rows[[name for name in schema.names if name in rows]], preserve_index=False)
        doubled = int(keys.duplicated(keep=False).sum())
        return Pulled(rows=table, source=keys, coverage=coverage_of(keys), duplicate_rows=doubled)

    return build


def spoil_farm(rows):
    june = rows.index[rows["event_timestamp"].dt.month == 6]
    rows.loc[june[:10], ["pitch_deg", "power_kw", "outdoor_temp_c"]] = np.nan
    rows.loc[june[20:23], "outdoor_temp_c"] = -273.2
    rows.loc[june[23], "outdoor_temp_c"] = -92.02
    rows.loc[june[30:32], "pitch_deg"] = 262.6
    return rows


@pytest.fixture(scope="session")
def farm(make_keys, make_pulled):
    """24 keys twice in March, 24 slots missing in October, 10 rows without sensors, 4 temperatures, 2 pitch angles."""
    keys = make_keys()
    fault = keys["event_timestamp"].dt.hour.eq(1) & keys["event_timestamp"].dt.month.eq(3)
    lost = keys["event_timestamp"].dt.hour.eq(0) & keys["event_timestamp"].dt.month.eq(10)
    source = pd.concat([keys[~lost], keys[fault]]).sort_values(KEYS).reset_index(drop=True)
    return make_pulled(source, spoil_farm)


@pytest.fixture
def respoil(farm):
    """Return the farm with its rows changed by a function on the frame."""

    def build(change):
        table = pa.Table.from_pandas(change(farm.rows.to_pandas()), preserve_index=False)
        return replace(farm, rows=table)

    return build
