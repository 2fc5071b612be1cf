"""Flights out of New York: entities, sources, views, service. The tags are the contract that all else derives from.

Tags of a column: kind (numeric, count, angle, category, binary, identifier), role (feature, context, label, key), unit,
min, max, max_missing (share of rows). The columns of an on-demand view have theirs on the view, as `<column>.<tag>`.
A row holds what is known after the flight; what a label is made of beyond a threshold is said in docs/data-card.md.
"""

from datetime import timedelta
from pathlib import Path

from derive import derive
from feast import Entity, FeatureService, FeatureView, Field, FileSource, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, String, UnixTimestamp

from vaegis.feature_store.tags import view_tags

STORE = Path(__file__).resolve().parent.parent / "data" / "store"
FLEW = "0.1"  # cancelled flights have no times; a bad month has 5 % of them
KNOWN_PLANE = "0.25"
KNOWN_PLACE = "0.05"
HOUR_REPORTED = "0.02"


def stored(name: str) -> FileSource:
    """Name one table of the store."""
    return FileSource(
        name=name,
        path=str(STORE / f"{name}.parquet"),
        timestamp_field="event_timestamp",
        created_timestamp_column="created_timestamp",
    )


def number(name: str, description: str, unit: str, low: float, high: float, **tags: str) -> Field:
    """Define a numeric column with its unit and valid range."""
    contract = {"kind": "numeric", "role": "feature", "unit": unit, "min": str(low), "max": str(high)}
    return Field(name=name, dtype=Float64, description=description, tags=contract | tags)


def word(name: str, description: str, max_missing: str = "0") -> Field:
    """Define a column of unordered levels."""
    tags = {"kind": "category", "role": "feature", "max_missing": max_missing}
    return Field(name=name, dtype=String, description=description, tags=tags)


def entity(name: str, key: str, description: str, **tags: str) -> Entity:
    """Define what a table is about."""
    return Entity(name=name, join_keys=[key], value_type=ValueType.STRING, description=description, tags=tags)


flight = entity("flight", "flight_id", "a carrier's flight number on one leg, e.g. UA1545 EWR-IAH")
plane = entity(
    "plane", "plane_id", "one aircraft by tail number; not named for a third of the cancelled", max_missing="0.05"
)
origin = entity("origin", "origin_id", "the airport of departure")
destination = entity("destination", "destination_id", "the airport of arrival")

flights = FeatureView(
    name="flights",
    entities=[flight],
    ttl=timedelta(minutes=1),
    source=stored("flights"),
    description="flights by scheduled departure; its keys and times make the rows",
    tags={"spine": "true"},
    schema=[
        word("carrier", "carrier code"),
        word("tail_number", "tail number", "0.05"),
        word("origin", "airport of departure"),
        word("destination", "airport of arrival"),
        number("scheduled_arrival_min", "scheduled arrival, local", "min after midnight", 0, 1439, role="context"),
        number("departure_delay_min", "departure after schedule", "min", -120, 1440, max_missing=FLEW),
        number("arrival_delay_min", "arrival after schedule", "min", -120, 1440, max_missing=FLEW),
        number("air_time_min", "wheels off to wheels on", "min", 10, 720, max_missing=FLEW),
        number("distance_mi", "distance between the airports", "mi", 50, 5500, max_missing="0"),
    ],
)

weather = FeatureView(
    name="weather",
    entities=[origin],
    ttl=timedelta(hours=2),
    source=stored("weather"),
    description="hourly observations at the airport of departure",
    schema=[
        number("temp_f", "temperature", "degF", -20, 115, max_missing=HOUR_REPORTED),
        number("dewpoint_f", "dew point", "degF", -40, 90, max_missing=HOUR_REPORTED),
        number("humidity_pct", "relative humidity", "%", 0, 100, max_missing=HOUR_REPORTED),
        number("wind_direction_deg", "wind direction", "deg", 0, 360, role="context", kind="angle", max_missing="0.1"),
        number("wind_speed_mph", "wind speed", "mph", 0, 100, max_missing=HOUR_REPORTED),
        number("wind_gust_mph", "gusts; not reported without any", "mph", 0, 130, max_missing="0.9"),
        number("precipitation_in", "precipitation of the hour", "in", 0, 5, role="context", max_missing=HOUR_REPORTED),
        number("pressure_hpa", "pressure at sea level", "hPa", 940, 1060, max_missing="0.25"),
        number("visibility_mi", "visibility, 10 at most", "mi", 0, 10, role="context", max_missing=HOUR_REPORTED),
    ],
)

plane_register = FeatureView(
    name="plane_register",
    entities=[plane],
    ttl=timedelta(0),
    source=stored("planes"),
    description="the register of aircraft",
    schema=[
        number("plane_year", "year of manufacture", "", 1940, 2013, max_missing=KNOWN_PLANE),
        number("plane_seats", "seats", "", 1, 600, kind="count", max_missing=KNOWN_PLANE),
        number(
            "plane_engines",
            "engines; two but for one plane in a hundred",
            "",
            1,
            8,
            kind="category",
            max_missing=KNOWN_PLANE,
        ),
        word("plane_type", "type of aircraft", KNOWN_PLANE),
        word("plane_maker", "manufacturer as registered", KNOWN_PLANE),
        word("plane_engine", "type of engine", KNOWN_PLANE),
    ],
)

destination_register = FeatureView(
    name="destination_register",
    entities=[destination],
    ttl=timedelta(0),
    source=stored("destinations"),
    description="where the airports of arrival lie",
    schema=[
        number("destination_latitude_deg", "latitude", "deg", -90, 90, max_missing=KNOWN_PLACE),
        number("destination_longitude_deg", "longitude", "deg", -180, 180, max_missing=KNOWN_PLACE),
        number("destination_altitude_ft", "altitude", "ft", -100, 15000, max_missing=KNOWN_PLACE),
        number("destination_utc_offset_h", "standard time against UTC", "h", -12, 14, max_missing=KNOWN_PLACE),
    ],
)

row_time = RequestSource(name="row_time", schema=[Field(name="event_timestamp", dtype=UnixTimestamp)])

# The test months were never seen as a season by a model of one year, so its angle is carried and not modelled.
UNSEEN = "context"
DERIVED = [
    number("hour_sin", "sine of the scheduled time of day, New York", "", -1, 1, max_missing="0"),
    number("hour_cos", "cosine of the scheduled time of day, New York", "", -1, 1, max_missing="0"),
    number("weekday_sin", "sine of the day of the week", "", -1, 1, max_missing="0"),
    number("weekday_cos", "cosine of the day of the week", "", -1, 1, max_missing="0"),
    number("season_sin", "sine of the time of year", "", -1, 1, max_missing="0", role=UNSEEN),
    number("season_cos", "cosine of the time of year", "", -1, 1, max_missing="0", role=UNSEEN),
    number("wind_direction_sin", "sine of the wind direction; none in a calm", "", -1, 1, max_missing="0.25"),
    number("wind_direction_cos", "cosine of the wind direction; none in a calm", "", -1, 1, max_missing="0.25"),
    number("wet", "rain or snow in the hour", "", 0, 1, kind="binary", max_missing=HOUR_REPORTED),
    number("rain_log10_in", "how much, where there was any", "log10 in", -3, 1, max_missing="0.99"),
    number("hazy", "visibility below 10 miles", "", 0, 1, kind="binary", max_missing=HOUR_REPORTED),
    number("haze_visibility_mi", "how far, where it was below 10 miles", "mi", 0, 10, max_missing="0.95"),
    number("scheduled_clock_min", "scheduled time from gate to gate, by local clocks", "min", 0, 1440, max_missing="0"),
    number("ground_speed_mph", "distance by air time", "mph", 50, 600, max_missing=FLEW, role="context"),
    number("cancelled", "never departed", "", 0, 1, role="label", kind="binary"),
    number("heavily_delayed", "more than 180 min late, or diverted", "", 0, 1, role="label", kind="binary"),
    number("storm", "scheduled on 8 or 9 February 2013", "", 0, 1, role="label", kind="binary"),
]

flight_derived = on_demand_feature_view(
    name="flight_derived",
    sources=[flights, weather, row_time],
    schema=[Field(name=field.name, dtype=field.dtype) for field in DERIVED],  # Feast refuses more than this here
    mode="pandas",
    description="clock, calendar and wind direction as sine and cosine, schedule and speed, label definitions",
    tags=view_tags(DERIVED, derived_by="derive.py:derive"),
)(derive)

flights_v1 = FeatureService(
    name="flights_v1",
    features=[flights, weather, plane_register, destination_register, flight_derived],
    description="what a flight was, in which weather and which plane, as known once it has landed",
)
