import json

import pytest

from vaegis.contract import Rule, load_rules
from vaegis.errors import ArtifactError, ConfigError

RECORD = {
    "type": "expect_table_row_count_to_be_between",
    "kwargs": {"min_value": 1},
    "level": "table",
    "why": "no rows",
}


def test_rules_are_read_in_order(tmp_path):
    path = tmp_path / "expectations.json"
    path.write_text(json.dumps([RECORD, RECORD | {"table": "source", "severity": "warning"}]))
    first, second = load_rules(path)
    assert first == Rule(**RECORD)
    assert (second.table, second.severity) == ("source", "warning")


def test_a_rule_may_look_at_what_a_joined_view_holds():
    assert Rule(**RECORD | {"table": "view:climate"}).table == "view:climate"


def test_no_file_means_no_rules(tmp_path):
    assert load_rules(tmp_path / "expectations.json") == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"table": "raw"},
            "table is 'raw'; allowed: rows, source, coverage, view:NAME; change: feature_repo/expectations.json",
        ),
        ({"level": "column"}, "level is 'column'; allowed: row, table"),
        ({"severity": "fatal"}, "severity is 'fatal'; allowed: critical, warning"),
    ],
)
def test_unknown_words_are_refused(change, message):
    with pytest.raises(ConfigError, match=f"rule expect_table_row_count_to_be_between: {message}"):
        Rule(**RECORD | change)


def test_unknown_and_missing_fields_are_refused(tmp_path):
    path = tmp_path / "expectations.json"
    for records in ([RECORD | {"importance": 1}], [{"type": "x"}]):
        path.write_text(json.dumps(records))
        with pytest.raises(ConfigError, match="allowed: type, kwargs, table, level, severity, why"):
            load_rules(path)


def test_broken_file_is_named(tmp_path):
    (tmp_path / "expectations.json").write_text("[")
    with pytest.raises(ArtifactError, match=r"expectations\.json is not JSON"):
        load_rules(tmp_path / "expectations.json")
