import pandas as pd
import pytest

from vaegis.errors import ConfigError, DataError
from vaegis.evaluation.incident.window import Files, parse_time, read_window

COLUMNS = ["load_kw", "heat_c"]


def test_the_day_around_a_row_of_one_entity(files, machine_schema, fault):
    window = read_window(files, machine_schema, COLUMNS, "m1", "2014-03-02 12:00")
    assert set(window.rows["machine"]) == {"m1"}
    assert window.row["at"].iloc[0] == fault
    assert (window.rows["at"] - fault).abs().max() == pd.Timedelta(hours=12)
    assert window.whole_day
    assert window.row_id == "m1|2014-03-02T12:00:00Z"
    assert window.rules == ()
    assert not window.set_aside.any()


def test_what_a_rule_set_aside_is_named_with_the_rule(files, machine_schema, rule):
    window = read_window(files, machine_schema, COLUMNS, "m2", "2014-03-02T07:00+01:00")
    assert window.rules == (rule,)
    assert window.set_aside.sum() == 1
    assert window.set_aside[window.place]


def test_rows_without_a_report_are_all_taken_for_good(files, machine_schema):
    window = read_window(Files(rows=files.rows), machine_schema, COLUMNS, "m2", "2014-03-02 06:00")
    assert window.rules == ()


def test_few_rows_in_a_day_are_filled_up_with_the_nearest(tmp_path, machine_schema, rows):
    path = tmp_path / "daily.parquet"
    rows[(rows["machine"] == "m1") & (rows["at"].dt.hour == 6)].to_parquet(path)
    window = read_window(Files(rows=path), machine_schema, COLUMNS, "m1", "2014-03-05 06:00")
    assert not window.whole_day
    assert len(window.rows) == 10
    assert window.place == 4


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Paris"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_any_zone_and_unit_are_found(tmp_path, machine_schema, rows, zone, unit):
    path = tmp_path / "rows.parquet"
    at = rows["at"].dt.tz_convert(zone) if zone else rows["at"].dt.tz_localize(None)
    rows.assign(at=at.dt.as_unit(unit)).to_parquet(path)
    window = read_window(Files(rows=path), machine_schema, COLUMNS, "m1", "2014-03-02 12:00")
    assert window.row_id == "m1|2014-03-02T12:00:00Z"
    assert len(window.rows) == 25


def test_the_only_row_needs_no_time(tmp_path, machine_schema, rows):
    rows.iloc[[5]].to_parquet(tmp_path / "one.parquet")
    files = Files(rows=tmp_path / "one.parquet")
    assert len(read_window(files, machine_schema, COLUMNS, "m1", "").rows) == 1


def test_unknown_entities_and_times_name_the_nearest(files, machine_schema):
    with pytest.raises(DataError, match=r"no row of .* is of 'm9'; allowed: 3 entities, nearest 'm3', 'm2', 'm1'"):
        read_window(files, machine_schema, COLUMNS, "m9", "2014-03-02 12:00")
    near = "'2014-03-02 11:00', '2014-03-02 12:00', '2014-03-02 13:00', '2014-03-02 14:00'"
    with pytest.raises(DataError, match=f"no row of 'm1' is at 2014-03-02 12:10; allowed: nearest {near}"):
        read_window(files, machine_schema, COLUMNS, "m1", "2014-03-02 12:10")
    with pytest.raises(DataError, match=r"'m1' has 240 rows; allowed: the last .*'2014-03-10 23:00' \(UTC\)"):
        read_window(files, machine_schema, COLUMNS, "m1", "")
    with pytest.raises(DataError, match=r"is at 2019-01-01 00:00; allowed: nearest .*'2014-03-10 23:00' \(UTC\)"):
        read_window(files, machine_schema, COLUMNS, "m1", "2019")


@pytest.mark.parametrize("word", ["noon o'clock", "2014-13-45", "nan"])
def test_words_that_are_no_time_are_refused(word):
    with pytest.raises(ConfigError, match="is no time; allowed: a time such as"):
        parse_time(word)
