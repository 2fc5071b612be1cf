import dataclasses

import pytest

from vaegis.contract import Rule
from vaegis.errors import ConfigError
from vaegis.quality.suite import columns_of, contract_rules, label, refuse_misplaced, view_rules


def by_label(schema):
    return {(label(rule), rule.severity): rule for rule in contract_rules(schema)}


def test_every_column_is_looked_for_and_typed(schema):
    named = by_label(schema)
    for name in schema.names:
        assert (f"expect_column_to_exist({name})", "critical") in named
        assert (f"expect_column_values_to_be_in_type_list({name})", "critical") in named


def test_bounds_set_rows_aside_and_name_the_unit(schema):
    rule = by_label(schema)["expect_column_values_to_be_between(outdoor_temp_c)", "critical"]
    assert rule.level == "row"
    assert rule.kwargs == {"column": "outdoor_temp_c", "min_value": -25, "max_value": 45}
    assert rule.why == "outdoor_temp_c must be between -25 and 45 degC"


def test_an_angle_out_of_bounds_is_only_counted(schema):
    named = by_label(schema)
    assert ("expect_column_values_to_be_between(pitch_deg)", "warning") in named
    assert ("expect_column_values_to_be_between(pitch_deg)", "critical") not in named


def test_missingness_is_judged_for_the_table(schema):
    named = by_label(schema)
    assert named["expect_column_values_to_not_be_null(power_kw)", "critical"].kwargs["mostly"] == pytest.approx(0.95)
    assert named["expect_column_values_to_not_be_null(power_kw)", "critical"].level == "table"
    assert named["expect_column_values_to_not_be_null(turbine_id)", "critical"].kwargs["mostly"] == 1.0
    assert ("expect_column_values_to_not_be_null(stopped_in_wind)", "critical") not in named


def test_only_features_must_vary(schema):
    constant = [rule for rule in contract_rules(schema) if rule.kwargs.get("min_value") == 2]
    assert {rule.kwargs["column"] for rule in constant} == {column.name for column in schema.features}
    assert {rule.severity for rule in constant} == {"warning"}


def test_a_condition_must_hold_values_as_a_feature_must(schema):
    column = dataclasses.replace(schema.features[0], role="condition")
    others = tuple(item for item in schema.columns if item.name != column.name)
    named = by_label(dataclasses.replace(schema, columns=(*others, column)))
    assert (f"expect_column_unique_value_count_to_be_between({column.name})", "critical") in named


def test_what_joined_views_hold_is_reported_whether_or_not_a_row_met_it(schema):
    of_view = dataclasses.replace(schema.column("outdoor_temp_c"), view="climate")
    schema = dataclasses.replace(
        schema, columns=(*(column for column in schema.columns if column.name != of_view.name), of_view)
    )
    rules = view_rules(schema, "climate", ["site_id", "at", "outdoor_temp_c"])
    assert {rule.table for rule in rules} == {"view:climate"}
    assert {rule.severity for rule in rules} == {"warning"}
    assert {label(rule) for rule in rules} == {
        "expect_column_values_to_be_between(outdoor_temp_c)",
        "expect_compound_columns_to_be_unique(site_id, at)",
    }
    (alone,) = view_rules(schema, "other", ["at"])
    assert label(alone) == "expect_column_values_to_be_unique(at)"


def test_a_critical_row_rule_cannot_set_aside_what_a_view_holds():
    rule = Rule(type="expect_x", kwargs={"column": "a"}, table="view:climate", level="row")
    with pytest.raises(ConfigError, match=r"table view:climate has level 'row'; allowed: table.*or severity warning"):
        refuse_misplaced([rule])
    refuse_misplaced([dataclasses.replace(rule, severity="warning")])


def test_columns_of_reads_every_native_spelling():
    assert columns_of(Rule(type="x", kwargs={"column_A": "a", "column_B": "b"})) == ["a", "b"]
    assert columns_of(Rule(type="x", kwargs={"column_list": ["a", "b"]})) == ["a", "b"]
    assert columns_of(Rule(type="x", kwargs={"min_value": 1})) == []


@pytest.mark.parametrize("table", ["coverage", "rows"])
def test_a_row_rule_must_be_able_to_name_rows(table):
    kwargs = {"column": "completeness"} if table == "coverage" else {"min_value": 1}
    with pytest.raises(ConfigError, match=r"has level 'row'; allowed: table"):
        refuse_misplaced([Rule(type="expect_x", kwargs=kwargs, table=table, level="row")])
