from dataclasses import replace

import pandas as pd
import pytest

from vaegis.contract import TableSchema
from vaegis.errors import DataError


def test_round_trip_through_a_file(machine_schema, tmp_path):
    machine_schema.save(tmp_path / "schema.json")
    assert TableSchema.load(tmp_path / "schema.json") == machine_schema


def test_digest_changes_with_any_bound(machine_schema):
    first = machine_schema.columns[2]
    changed = replace(
        machine_schema, columns=(*machine_schema.columns[:2], replace(first, maximum=9.0), *machine_schema.columns[3:])
    )
    assert machine_schema.digest == replace(machine_schema).digest
    assert changed.digest != machine_schema.digest


def test_columns_by_role_keep_their_order(machine_schema):
    assert machine_schema.keys == ["machine"]
    assert machine_schema.time == "at"
    assert [column.name for column in machine_schema.features] == [
        "load_kw",
        "mode",
        "heat_c",
        "parts",
        "running",
        "tilt_deg",
    ]
    assert [column.name for column in machine_schema.labels] == ["broken"]


def test_conditions_are_inputs_and_no_features(machine_schema):
    columns = tuple(
        replace(column, role="condition") if column.name == "mode" else column for column in machine_schema.columns
    )
    schema = replace(machine_schema, columns=columns)
    assert [column.name for column in schema.conditions] == ["mode"]
    assert [column.name for column in schema.features] == ["load_kw", "heat_c", "parts", "running", "tilt_deg"]
    assert [column.name for column in schema.inputs] == [column.name for column in machine_schema.inputs]


@pytest.mark.parametrize("role", ["key", "time", "feature"])
def test_table_without_a_necessary_role_is_refused(machine_schema, role):
    rest = tuple(column for column in machine_schema.columns if column.role != role)
    with pytest.raises(DataError, match=f"machines_v1: no column has role '{role}'"):
        replace(machine_schema, columns=rest)


def test_name_twice_is_refused(machine_schema):
    with pytest.raises(DataError, match="column 'load_kw' appears twice"):
        replace(machine_schema, columns=(*machine_schema.columns, machine_schema.columns[2]))


def test_unknown_column_lists_the_known(machine_schema):
    assert machine_schema.column("heat_c").unit == "degC"
    with pytest.raises(DataError, match="no column 'heat'; allowed: machine, at, load_kw"):
        machine_schema.column("heat")


def test_row_ids_join_every_key_and_the_time_in_utc(machine_schema):
    second = replace(machine_schema.columns[0], name="part")
    schema = replace(machine_schema, columns=(machine_schema.columns[0], second, *machine_schema.columns[1:]))
    at = pd.to_datetime(["2014-03-30T03:00:00+02:00", "2014-03-30T01:10:00+00:00"], utc=True)
    ids = schema.row_ids(pd.DataFrame({"machine": ["a", "b"], "part": ["1", "2"], "at": at}, index=[7, 3]))
    assert ids.to_dict() == {7: "a|1|2014-03-30T01:00:00Z", 3: "b|2|2014-03-30T01:10:00Z"}
    assert ids.name == "row_id"
