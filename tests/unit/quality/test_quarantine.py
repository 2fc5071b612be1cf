import numpy as np
import pandas as pd

from vaegis.contract import Rule
from vaegis.quality.outcome import Outcome
from vaegis.quality.quarantine import COLUMNS, set_aside, values_of

UNIQUE = Rule(
    type="expect_compound_columns_to_be_unique",
    kwargs={"column_list": ["turbine_id", "event_timestamp"]},
    table="source",
)


def between(**more):
    return Rule(type="expect_column_values_to_be_between", kwargs={"column": "power_kw", "max_value": 5}, **more)


def outcome(rule, offenders):
    return Outcome(rule=rule, rows=9, unexpected=len(offenders), offenders=np.array(offenders, dtype=np.int64))


def rows_of(keys):
    return keys.assign(power_kw=np.arange(len(keys), dtype="float64")).iloc[:6].reset_index(drop=True)


def test_each_broken_rule_of_a_row_is_a_line(make_keys, schema):
    rows = rows_of(make_keys())
    source = pd.concat([rows, rows.iloc[[3]]], ignore_index=True)[["turbine_id", "event_timestamp"]]
    found = set_aside(rows, source, schema, [outcome(between(), [3, 5]), outcome(UNIQUE, [3, 6])])
    assert found.bad.tolist() == [False, False, False, True, False, True]
    assert list(found.reasons.columns) == COLUMNS
    assert found.reasons.to_numpy().tolist() == [
        [
            "R80711|2014-03-30T00:30:00Z",
            "expect_column_values_to_be_between",
            "power_kw",
            "3.0",
        ],
        [
            "R80711|2014-03-30T00:30:00Z",
            "expect_compound_columns_to_be_unique",
            "turbine_id|event_timestamp",
            "R80711|2014-03-30T00:30:00Z",
        ],
        ["R80711|2014-03-30T00:50:00Z", "expect_column_values_to_be_between", "power_kw", "5.0"],
    ]


def test_warnings_and_table_rules_set_nothing_aside(make_keys, schema):
    rows = rows_of(make_keys())
    lenient = [outcome(between(severity="warning"), [1]), outcome(between(level="table"), [2])]
    found = set_aside(rows, rows, schema, lenient)
    assert not found.bad.any()
    assert found.reasons.empty


def test_keys_that_were_not_pulled_are_nobodys_row(make_keys, schema):
    keys = make_keys()
    found = set_aside(rows_of(keys), keys, schema, [outcome(UNIQUE, [100, 101])])
    assert not found.bad.any()


def test_values_are_text():
    frame = pd.DataFrame(
        {"x": [-273.20001, np.nan], "n": ["a", None], "t": pd.to_datetime(["2014-01-01T00:10Z", None])}
    )
    assert values_of(frame, ["x"]).tolist() == ["-273.20001", "null"]
    assert values_of(frame, ["n", "t"]).tolist() == ["a|2014-01-01T00:10:00Z", "null|null"]
