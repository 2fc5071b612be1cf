from pathlib import Path

import pandas as pd
import pytest

from vaegis.contract import Rule
from vaegis.errors import ConfigError
from vaegis.quality.run import evaluate

BETWEEN = "expect_column_values_to_be_between"


@pytest.fixture
def frame():
    return pd.DataFrame({"x": [1.0, None, 9.0, -3.0], "name": ["a", "b", "c", "d"]}, index=[7, 7, 5, 3])


def between(column, low=0, high=5, **more):
    return Rule(type=BETWEEN, kwargs={"column": column, "min_value": low, "max_value": high}, **more)


def test_offenders_are_positions_and_missing_values_are_passed_over(frame):
    (outcome,) = evaluate({"rows": frame}, [between("x")])
    assert outcome.offenders.tolist() == [2, 3]
    assert (outcome.unexpected, outcome.missing, outcome.rows, outcome.success) == (2, 1, 4, False)


def test_outcomes_keep_the_order_of_the_rules_even_when_some_break(frame):
    rules = [between("x"), between("name"), between("gone"), between("x", -9, 9), between("x")]
    outcomes = evaluate({"rows": frame}, rules)
    assert [outcome.rule for outcome in outcomes] == rules
    assert [bool(outcome.problem) for outcome in outcomes] == [False, True, True, False, False]
    assert [outcome.unexpected for outcome in outcomes] == [2, 0, 0, 0, 2]


def test_a_missing_column_is_a_result(frame):
    exist = Rule(type="expect_column_to_exist", kwargs={"column": "gone"}, level="table")
    absent, exists = evaluate({"rows": frame}, [between("gone"), exist])
    assert absent.problem == "there is no column 'gone'"
    assert not absent.success
    assert not exists.success
    assert not exists.problem


def test_a_rule_on_a_table_that_is_not_given_is_not_passed(frame):
    (outcome,) = evaluate({"rows": frame}, [between("x", table="coverage")])
    assert outcome.problem == "there is no such table"


@pytest.mark.parametrize(
    ("kind", "kwargs", "says"),
    [
        ("expect_nothing", {}, "expect_nothing not found"),
        (BETWEEN, {"column": "x", "minimum": 1}, "minimum extra fields not permitted"),
        (BETWEEN, {"min_value": 1}, "column field required"),
    ],
)
def test_an_unknown_rule_is_one_line(frame, kind, kwargs, says):
    with pytest.raises(ConfigError, match=says) as caught:
        evaluate({"rows": frame}, [Rule(type=kind, kwargs=kwargs)])
    assert "\n" not in str(caught.value)
    assert "feature_repo/expectations.json" in str(caught.value)


def test_zoned_times_have_a_type():
    times = pd.DataFrame({"t": pd.date_range("2014-01-01", periods=3, tz="UTC").astype("datetime64[us, UTC]")})
    listed = Rule(
        type="expect_column_values_to_be_in_type_list", kwargs={"column": "t", "type_list": ["datetime64[us]"]}
    )
    assert evaluate({"rows": times}, [listed])[0].success
    assert not evaluate({"rows": times.astype("str")}, [listed])[0].success


def test_it_works_in_memory_and_in_silence(frame, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    evaluate({"rows": frame}, [between("x")])
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_data_docs_show_every_table_and_count(frame, tmp_path):
    docs = tmp_path / "docs"
    evaluate({"rows": frame, "source": frame}, [between("x", why="x is small"), between("x", table="source")], docs)
    pages = {path.parts[-4]: path.read_text() for path in docs.glob("validations/**/*.html")}
    assert set(pages) == {"rows", "source"}
    assert "2 unexpected values found" in pages["rows"]
    assert "x is small" in (docs / "expectations" / "rows.html").read_text()
    assert (docs / "index.html").is_file()
    assert not any(str(Path.home()) in page for page in pages.values())
