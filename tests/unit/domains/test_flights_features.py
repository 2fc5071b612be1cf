"""The contract of the flights as Feast registers it, and their joins against pandas."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vaegis.cli.config import check_params
from vaegis.config.pull import PullConfig
from vaegis.contract import load_rules
from vaegis.evaluation.references import load_references
from vaegis.feature_store.pull import pull
from vaegis.governance import load_policy
from vaegis.quality.validate import Pulled, validate

FOLDER = Path(__file__).parents[3] / "domains/flights"
WEATHER = {
    "temp_f": 40.0,
    "dewpoint_f": 30.0,
    "humidity_pct": 60.0,
    "wind_direction_deg": 90.0,
    "wind_speed_mph": 10.0,
    "wind_gust_mph": 20.0,
    "precipitation_in": 0.01,
    "pressure_hpa": 1010.0,
    "visibility_mi": 5.0,
}


def stamp(text):
    return pd.Timestamp(text, tz="UTC").as_unit("us")


def flights():
    """About a week of a few flights that cross midnight, some without a plane, some to a place nobody listed."""
    rng = np.random.default_rng(0)
    times = stamp("2013-02-10T00:00") + pd.to_timedelta(np.sort(rng.integers(0, 4 * 1440, 300)), unit="min")
    origin = rng.choice(["EWR", "JFK", "LGA"], len(times))
    destination = rng.choice(["IAH", "SJU"], len(times))
    tail = pd.Series(rng.choice(["N1", "N2", "N9", None], len(times)), dtype="object")
    delay = np.where(tail.isna(), np.nan, rng.integers(-5, 60, len(times)))
    return pd.DataFrame(
        {
            "flight_id": [f"UA{number} {leg}" for number, leg in enumerate(origin)],
            "event_timestamp": times.astype("datetime64[us, UTC]"),
            "plane_id": tail,
            "origin_id": origin,
            "destination_id": destination,
            "carrier": "UA",
            "tail_number": tail,
            "origin": origin,
            "destination": destination,
            "scheduled_arrival_min": 600.0,
            "departure_delay_min": delay,
            "arrival_delay_min": delay + 5,
            "air_time_min": np.where(tail.isna(), np.nan, 200.0),
            "distance_mi": 1400.0,
        }
    )


def weather():
    """Every hour at every airport, but for half a day at one and a wild hour that no flight meets."""
    hours = pd.date_range("2013-02-09T20:00", "2013-02-14", freq="h", tz="UTC", unit="us")
    frame = pd.MultiIndex.from_product([["EWR", "JFK", "LGA"], hours], names=["origin_id", "event_timestamp"])
    frame = frame.to_frame(index=False).assign(**WEATHER)
    frame["temp_f"] = np.arange(len(frame), dtype=float) % 60
    lost = (frame["origin_id"] == "JFK") & frame["event_timestamp"].between(
        stamp("2013-02-11T18:00"), stamp("2013-02-12T06:00")
    )
    frame.loc[(frame["origin_id"] == "EWR") & (frame["event_timestamp"] == hours[3]), "wind_speed_mph"] = 1048.36
    return frame[~lost]


def planes():
    columns = {"plane_year": 1999.0, "plane_type": "Fixed wing", "plane_maker": "BOEING", "plane_engine": "Turbo-fan"}
    frame = pd.DataFrame({"plane_id": ["N1", "N2"], "plane_engines": 2.0, "plane_seats": [149.0, 5.0], **columns})
    return frame.assign(event_timestamp=stamp("2013-01-01"))


def destinations():
    where = {"destination_latitude_deg": 30.0, "destination_longitude_deg": -95.3, "destination_altitude_ft": 97.0}
    frame = pd.DataFrame({"destination_id": ["IAH"], **where, "destination_utc_offset_h": -6.0})
    return frame.assign(event_timestamp=stamp("2013-01-01"))


@pytest.fixture(scope="module")
def pulled(project):
    tables = {"flights": flights(), "weather": weather(), "planes": planes(), "destinations": destinations()}
    for name, frame in tables.items():
        stamped = frame.assign(created_timestamp=frame["event_timestamp"])
        stamped.to_parquet(project / f"data/store/{name}.parquet", index=False)
    return pull(project / "feature_repo", PullConfig(service="flights_v1"))


def sorted_rows(pulled):
    return pulled.rows.to_pandas().sort_values(["event_timestamp", "flight_id"], ignore_index=True)


def test_weather_is_that_of_the_last_hour_reported_or_none_after_two(pulled):
    rows = sorted_rows(pulled)
    hours = weather().rename(columns={"temp_f": "expected"}).sort_values("event_timestamp")
    hours = hours[["origin_id", "event_timestamp", "expected"]]
    joined = pd.merge_asof(
        rows, hours, on="event_timestamp", by="origin_id", tolerance=pd.Timedelta("2h"), direction="backward"
    )
    pd.testing.assert_series_equal(joined["temp_f"], joined["expected"], check_names=False)
    lost = rows["temp_f"].isna()
    assert 0 < lost.sum() < 40
    assert set(rows.loc[lost, "origin"]) == {"JFK"}
    days = rows["event_timestamp"].dt.floor("D")
    assert days.nunique() == 4  # the join looks across midnight: the first minutes of a day see the evening before


def test_planes_and_places_are_those_named_and_null_where_nobody_knows_them(pulled):
    rows = sorted_rows(pulled)
    expected = rows[["plane_id"]].merge(planes()[["plane_id", "plane_seats"]], how="left", on="plane_id")
    pd.testing.assert_series_equal(rows["plane_seats"], expected["plane_seats"])
    assert rows.loc[rows["plane_id"].isna(), "plane_seats"].isna().all()
    assert rows["plane_id"].isna().any()
    assert rows.loc[rows["plane_id"] == "N9", "plane_seats"].isna().all()
    assert (rows["destination_latitude_deg"].notna() == (rows["destination"] == "IAH")).all()


def test_labels_stand_beside_the_row_they_judge(pulled):
    rows = sorted_rows(pulled)
    assert (rows["cancelled"] == rows["tail_number"].isna()).all()
    assert rows.loc[rows["cancelled"] == 1, "heavily_delayed"].isna().all()
    assert rows["storm"].sum() == (rows["event_timestamp"] < stamp("2013-02-10T05:00")).sum() > 0


def test_a_wild_hour_is_found_though_no_flight_met_it(pulled):
    rows = Pulled(
        rows=pulled.rows,
        source=pulled.source_keys.to_pandas(),
        coverage=pulled.coverage.to_pandas(),
        duplicate_rows=0,
        joined={name: table.to_pandas() for name, table in pulled.joined.items()},
    )
    report = validate(rows, pulled.schema, load_rules(FOLDER / "feature_repo/expectations.json")).report
    wild = "1 weather rows: wind_speed_mph must be between 0 and 100 mph, e.g. 1048.36 (1); reported only"
    assert wild in report["findings"]
    assert [finding for finding in report["findings"] if "another aircraft" in finding]
    assert report["counts"]["quarantined"] == 0


def test_every_column_says_what_it_is(pulled):
    for column in pulled.schema.columns:
        if column.role not in ("key", "time"):
            assert column.description, column.name
        if column.kind in ("numeric", "count", "angle"):
            assert column.minimum is not None, column.name
            assert column.maximum is not None, column.name
    assert pulled.schema.cadence_seconds is None


def test_features_are_never_made_of_labels_and_carry_no_date(pulled):
    features = {column.name for column in pulled.schema.features}
    assert {column.name for column in pulled.schema.labels} == {"cancelled", "heavily_delayed", "storm"}
    assert not features & {"season_sin", "season_cos", "flight_id", "plane_id", "origin_id", "destination_id"}
    assert {"departure_delay_min", "arrival_delay_min", "tail_number", "wet", "scheduled_clock_min"} <= features
    assert {column.kind for column in pulled.schema.features} >= {"numeric", "count", "category", "binary"}


def test_references_policy_and_params_are_of_this_table(pulled):
    names = {reference.name for reference in load_references(FOLDER / "feature_repo/references.json", pulled.schema)}
    assert names == {"air_time", "delay"}
    check_params(FOLDER / "params.yaml")
    assert load_policy(FOLDER / "policy.yaml").gates
    assert "power" not in json.dumps((FOLDER / "policy.yaml").read_text())
