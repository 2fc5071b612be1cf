"""The first rules: they hold on the table that they were made from."""

import json

import pandas as pd
import pytest

from vaegis.contract import ColumnSpec, Rule, TableSchema
from vaegis.project.rules import expectations_json, lowest_completeness

SCHEMA = TableSchema(
    service="t",
    columns=(
        ColumnSpec(name="unit", dtype="string", kind="identifier", role="key"),
        ColumnSpec(name="at", dtype="timestamp", kind="time", role="time"),
        ColumnSpec(name="x", dtype="float64", kind="numeric", role="feature"),
    ),
    cadence_seconds=3600.0,
)
HOURS = pd.DataFrame({"unit": "a", "at": pd.date_range("2024-01-01", periods=24 * 20, freq="h", tz="UTC"), "x": 0.0})


def rules(frame, schema=SCHEMA):
    return [Rule(**record) for record in json.loads(expectations_json(frame, schema))]


def test_names_of_rows_are_unique():
    (rule,) = rules(HOURS, TableSchema(service="t", columns=SCHEMA.columns))
    assert rule.kwargs == {"column_list": ["unit", "at"]}
    assert (rule.table, rule.level, rule.severity) == ("source", "row", "critical")


@pytest.mark.parametrize(
    ("kept", "demanded", "severity"), [(1.0, 0.95, "critical"), (0.87, 0.85, "critical"), (0.3, 0.95, "warning")]
)
def test_completeness_is_asked_for_as_far_as_it_is_there(kept, demanded, severity):
    whole = HOURS.iloc[[*range(0, len(HOURS), 24), len(HOURS) - 1]]
    frame = pd.concat([whole, HOURS.sample(frac=kept, random_state=0)]).drop_duplicates()
    rule = rules(frame)[1]
    assert rule.kwargs["min_value"] == pytest.approx(demanded, abs=0.051)
    assert (rule.table, rule.severity) == ("coverage", severity)
    assert severity == "warning" or rule.kwargs["min_value"] <= lowest_completeness(frame, SCHEMA)
