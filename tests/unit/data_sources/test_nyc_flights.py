"""The reader: instants out of New York's clocks, keys, and every defect still there."""

import io
import tarfile
import zipfile
from datetime import UTC, datetime

import pytest

from vaegis.data.artifact import fetch
from vaegis.data.sources.nyc_flights import FOLDER, NYC_FLIGHTS, read_tables
from vaegis.errors import ArtifactError

HEAD = (
    "year,month,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,arr_delay,carrier,flight,tailnum,"
    "origin,dest,air_time,distance,hour,minute,time_hour\n"
)
ROWS = [
    "2013,1,1,517,515,2,830,819,11,UA,1545,N14228,EWR,IAH,227,1400,5,15,2013-01-01T10:00:00Z",
    "2013,3,10,NA,300,NA,NA,5,NA,US,16,NA,JFK,CLT,NA,541,3,0,2013-03-10T07:00:00Z",  # the hour after the skipped one
    "2013,7,27,2400,2359,1,412,350,22,B6,745,N640JB,JFK,PSE,195,1617,23,59,2013-07-28T03:00:00Z",
]
WEATHER = """\
origin,year,month,day,hour,temp,dewp,humid,wind_dir,wind_speed,wind_gust,precip,pressure,visib,time_hour
EWR,2013,2,12,3,39.02,26.96,61.63,260,1048.36058,NA,0,1008.3,10,2013-02-12T08:00:00Z
"""
PLANES = """\
tailnum,year,type,manufacturer,model,engines,seats,speed,engine
N14228,1999,Fixed wing multi engine,BOEING,737-824,2,149,NA,Turbo-fan
N2,NA,Rotorcraft,BELL,206B,1,5,112,Turbo-shaft
"""
AIRPORTS = """\
faa,name,lat,lon,alt,tz,dst,tzone
IAH,"George Bush, Intercontinental",29.984433,-95.341442,97,-6,A,America/Chicago
"""


def pack(path, rows=ROWS):
    """Write a source distribution as the real one lies in the index."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("flights.csv", HEAD + "\n".join(rows) + "\n")
    files = {"flights.csv.zip": inner.getvalue(), "weather.csv": WEATHER.encode()}
    files |= {"planes.csv": PLANES.encode(), "airports.csv": AIRPORTS.encode()}
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{FOLDER}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


@pytest.fixture
def tables(tmp_path):
    return read_tables(pack(tmp_path / "nyc.tar.gz"))


def test_scheduled_departures_are_instants_summer_and_winter(tables):
    rows = tables["flights"].to_pylist()
    assert [(row["flight_id"], row["event_timestamp"]) for row in rows] == [
        ("B6745 JFK-PSE", datetime(2013, 7, 28, 3, 59, tzinfo=UTC)),
        ("UA1545 EWR-IAH", datetime(2013, 1, 1, 10, 15, tzinfo=UTC)),
        ("US16 JFK-CLT", datetime(2013, 3, 10, 7, 0, tzinfo=UTC)),
    ]
    assert [row["scheduled_arrival_min"] for row in rows] == [230.0, 499.0, 5.0]
    assert all(row["created_timestamp"] == row["event_timestamp"] for row in rows)


def test_what_is_not_known_is_null_and_so_is_the_key_it_would_be(tables):
    cancelled = tables["flights"].to_pylist()[2]
    nulls = {name for name, value in cancelled.items() if value is None}
    assert nulls == {"departure_delay_min", "arrival_delay_min", "air_time_min", "tail_number", "plane_id"}
    assert (cancelled["origin_id"], cancelled["destination_id"]) == (cancelled["origin"], cancelled["destination"])


def test_a_time_that_the_change_of_clocks_skips_is_refused(tmp_path):
    skipped = ROWS[1].replace(",300,", ",230,")
    with pytest.raises(ArtifactError, match="does not hold what it should"):
        read_tables(pack(tmp_path / "nyc.tar.gz", [skipped]))


def test_defects_stay_in(tables):
    (hour,) = tables["weather"].to_pylist()
    assert hour["wind_speed_mph"] == 1048.36058
    assert hour["wind_gust_mph"] is None
    assert hour["event_timestamp"] == datetime(2013, 2, 12, 8, tzinfo=UTC)
    assert tables["planes"].to_pylist()[1]["plane_seats"] == 5.0
    assert tables["planes"].to_pylist()[1]["plane_year"] is None


def test_registers_hold_from_the_first_flight_on(tables):
    for name in ("planes", "destinations"):
        assert set(tables[name]["event_timestamp"].to_pylist()) == {datetime(2013, 1, 1, 10, 15, tzinfo=UTC)}
    assert tables["destinations"].to_pylist()[0]["destination_utc_offset_h"] == -6.0


def test_a_file_that_is_no_such_archive_is_one_line(tmp_path):
    whole = pack(tmp_path / "whole.tar.gz")
    torn, other = tmp_path / "torn.tar.gz", tmp_path / "other.tar.gz"
    torn.write_bytes(whole.read_bytes()[:200])
    with tarfile.open(other, "w:gz"):
        pass
    for path in (torn, other):
        with pytest.raises(ArtifactError, match=rf"{path.stem}\.gz does not hold what it should") as caught:
            read_tables(path)
        assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_the_real_artifact_holds_what_the_data_card_says():
    tables = read_tables(fetch(NYC_FLIGHTS.artifact))
    assert {name: table.num_rows for name, table in tables.items()} == {
        "flights": 336_776,
        "weather": 26_115,
        "planes": 3_322,
        "destinations": 1_458,
    }
    flights = tables["flights"].to_pandas()
    assert not flights.duplicated(["flight_id", "event_timestamp"]).any()
    assert flights["flight_id"].nunique() == 12_075
    assert flights[["departure_delay_min", "arrival_delay_min", "plane_id"]].isna().sum().tolist() == [
        8_255,
        9_430,
        2_512,
    ]
    assert flights["tail_number"].nunique() == 4_043
    assert int((~flights["plane_id"].isin(tables["planes"]["plane_id"].to_pylist())).sum()) == 52_606
    weather = tables["weather"].to_pandas()
    (wild,) = weather[weather["wind_speed_mph"] > 100].to_dict("records")
    assert (wild["origin_id"], str(wild["event_timestamp"])) == ("EWR", "2013-02-12 08:00:00+00:00")
