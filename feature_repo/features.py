"""The wind farm: entities, sources, views, service. The tags are the contract that everything else derives from.

Tags of a column: kind (numeric, angle, category, binary, identifier), role (feature, context, label, key), unit,
min, max, max_missing (share of rows), level (labels: the keys at which they are known). The columns of an on-demand
view have theirs on the view, as `<column>.<tag>`.
"""

from datetime import timedelta
from pathlib import Path

from derive import derive
from feast import Entity, FeatureService, FeatureView, Field, FileSource, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, String, UnixTimestamp

from vaegis.feature_store.tags import view_tags

STORE = Path(__file__).resolve().parent.parent / "data" / "store"
SENSOR_GAPS = "0.02"


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


turbine = Entity(
    name="turbine",
    join_keys=["turbine_id"],
    value_type=ValueType.STRING,
    description="one wind turbine",
    tags={"kind": "identifier", "role": "key"},
)
site = Entity(
    name="site",
    join_keys=["site_id"],
    value_type=ValueType.STRING,
    description="the wind farm a turbine stands in",
    tags={"kind": "identifier", "role": "context"},
)

turbine_scada = FeatureView(
    name="turbine_scada",
    entities=[turbine],
    ttl=timedelta(minutes=10),
    source=stored("turbine_scada"),
    description="ten-minute averages of the turbine's own sensors; its keys and times make the rows",
    tags={"spine": "true", "cadence_seconds": "600"},
    schema=[
        number(
            "pitch_deg",
            "blade pitch as recorded",
            "deg",
            -180,
            180,
            role="context",
            kind="angle",
            max_missing=SENSOR_GAPS,
        ),
        number("power_kw", "active power", "kW", -50, 2100, max_missing=SENSOR_GAPS),
        number("wind_speed_ms", "wind speed at the nacelle", "m/s", 0, 40, max_missing=SENSOR_GAPS),
        number("vane_deg", "wind vane against the nacelle", "deg", -180, 180, max_missing=SENSOR_GAPS),
        number("outdoor_temp_c", "outdoor temperature", "degC", -25, 45, max_missing=SENSOR_GAPS),
        number("nacelle_deg", "nacelle heading", "deg", 0, 360, role="context", kind="angle", max_missing=SENSOR_GAPS),
        number(
            "wind_direction_deg", "wind direction", "deg", 0, 360, role="context", kind="angle", max_missing=SENSOR_GAPS
        ),
    ],
)

site_weather = FeatureView(
    name="site_weather",
    entities=[site],
    ttl=timedelta(hours=2),
    source=stored("site_weather"),
    description="hourly ERA5 reanalysis at 100 m",
    schema=[
        number("era5_wind_speed_ms", "reanalysis wind speed", "m/s", 0, 50, max_missing="0.001"),
        number("era5_temp_c", "reanalysis temperature at 2 m", "degC", -30, 45, max_missing="0.001"),
        number("era5_pressure_hpa", "reanalysis surface pressure", "hPa", 900, 1050, max_missing="0.001"),
        number("era5_air_density", "reanalysis air density at 100 m", "kg/m3", 1.0, 1.4, max_missing="0.001"),
    ],
)

turbine_static = FeatureView(
    name="turbine_static",
    entities=[turbine],
    ttl=timedelta(0),
    source=stored("turbine_static"),
    description="the asset table",
    schema=[
        Field(
            name="turbine",
            dtype=String,
            description="name of the turbine",
            tags={"kind": "category", "role": "feature", "max_missing": "0"},
        ),
        number("rated_power_kw", "rated power", "kW", 100, 20000, role="context", max_missing="0"),
        number("elevation_m", "elevation of the foot", "m", -100, 3000, role="context", max_missing="0"),
        number("rotor_diameter_m", "rotor diameter", "m", 10, 300, role="context", max_missing="0"),
    ],
)

site_losses = FeatureView(
    name="site_losses",
    entities=[site],
    ttl=timedelta(minutes=10),
    source=stored("site_losses"),
    description="energy lost in ten minutes as OpenOA estimates it from the SCADA itself: for labels, never features",
    schema=[
        number("availability_loss_kwh", "lost to unavailability", "kWh", 0, 2000, role="context"),
        number("curtailment_loss_kwh", "lost to curtailment", "kWh", 0, 2000, role="context"),
    ],
)

row_time = RequestSource(name="row_time", schema=[Field(name="event_timestamp", dtype=UnixTimestamp)])

DERIVED = [
    number("pitch_wrapped_deg", "blade pitch within (-180, 180]", "deg", -180, 180, max_missing=SENSOR_GAPS),
    number("wind_speed_corrected_ms", "wind speed at standard air density", "m/s", 0, 40, max_missing=SENSOR_GAPS),
    number("nacelle_sin", "sine of the nacelle heading", "", -1, 1, max_missing=SENSOR_GAPS),
    number("nacelle_cos", "cosine of the nacelle heading", "", -1, 1, max_missing=SENSOR_GAPS),
    number("wind_direction_sin", "sine of the wind direction", "", -1, 1, max_missing=SENSOR_GAPS),
    number("wind_direction_cos", "cosine of the wind direction", "", -1, 1, max_missing=SENSOR_GAPS),
    number("hour_sin", "sine of the time of day, UTC", "", -1, 1, max_missing="0"),
    number("hour_cos", "cosine of the time of day, UTC", "", -1, 1, max_missing="0"),
    number("season_sin", "sine of the time of year", "", -1, 1, max_missing="0"),
    number("season_cos", "cosine of the time of year", "", -1, 1, max_missing="0"),
    number("rated_share", "power as a share of rated power", "1", -0.05, 1.05, role="context", max_missing=SENSOR_GAPS),
    number("loss_event", "lost energy above 20 kWh", "", 0, 1, role="label", kind="binary", level="event_timestamp"),
    number("stopped_in_wind", "no power in more than 5 m/s", "", 0, 1, role="label", kind="binary"),
]

turbine_derived = on_demand_feature_view(
    name="turbine_derived",
    sources=[turbine_scada, site_weather, turbine_static, site_losses, row_time],
    schema=[Field(name=field.name, dtype=field.dtype) for field in DERIVED],  # Feast refuses more than this here
    mode="pandas",
    description="angles as sine and cosine, time of day and year, density-corrected wind, label definitions",
    tags=view_tags(DERIVED, derived_by="derive.py:derive"),
)(derive)

turbine_health_v1 = FeatureService(
    name="turbine_health_v1",
    features=[turbine_scada, site_weather, turbine_static, site_losses, turbine_derived],
    description="what a turbine did, in which weather: the table that anomalies are judged on",
)
