from dataclasses import replace

import pandas as pd

from vaegis.quality.gaps import find_gaps


def test_runs_of_missing_slots_are_named(make_keys, schema):
    keys = make_keys(["2014-06-05", "2014-06-06"])
    drop = (keys["turbine_id"] == "R80721") & keys["event_timestamp"].between("2014-06-05T23:30Z", "2014-06-06T00:10Z")
    lone = (keys["turbine_id"] == "R80790") & (keys["event_timestamp"] == pd.Timestamp("2014-06-05T12:00Z"))
    assert find_gaps(keys[~(drop | lone)], schema) == [
        {"turbine_id": "R80721", "from": "2014-06-05T23:30:00Z", "to": "2014-06-06T00:10:00Z", "slots": 5},
        {"turbine_id": "R80790", "from": "2014-06-05T12:00:00Z", "to": "2014-06-05T12:00:00Z", "slots": 1},
    ]


def test_days_that_were_not_chosen_are_no_gaps(make_keys, schema):
    assert find_gaps(make_keys(["2014-03-30", "2014-10-26"]), schema) == []


def test_a_day_one_entity_lacks_is_a_gap(make_keys, schema):
    keys = make_keys(["2014-06-05", "2014-06-06", "2014-06-07"])
    lost = (keys["turbine_id"] == "R80711") & (keys["event_timestamp"].dt.day == 6)
    assert [gap["slots"] for gap in find_gaps(keys[~lost], schema)] == [144]


def test_irregular_or_empty_tables_have_none(make_keys, schema):
    keys = make_keys(["2014-06-05"]).iloc[::7]
    assert find_gaps(keys, replace(schema, cadence_seconds=None)) == []
    assert find_gaps(keys.iloc[:0], schema) == []
