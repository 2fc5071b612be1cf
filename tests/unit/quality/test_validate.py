from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import Rule
from vaegis.durable import canonical_json
from vaegis.errors import ConfigError
from vaegis.quality.validate import validate
from vaegis.quality.verdict import judge

TWICE = "a join keeps one of two rows of the same keys and time, and says nothing"


@pytest.fixture(scope="module")
def validation(farm, schema, rules):
    return validate(farm, schema, rules)


def broken(validation, expectation):
    return validation.quarantine[validation.quarantine["expectation"] == expectation]


def test_pulled_rows_are_clean_or_set_aside(validation, farm, schema):
    counts = validation.report["counts"]
    assert counts["pulled"] == farm.rows.num_rows == 3 * 144 * 4 - 24
    assert counts["clean"] + counts["quarantined"] == counts["pulled"]
    assert validation.clean.num_rows == counts["clean"]
    clean = set(schema.row_ids(validation.clean.to_pandas()))
    aside = set(validation.quarantine["row_id"])
    assert clean | aside == set(schema.row_ids(farm.rows.to_pandas()))
    assert not clean & aside
    assert len(aside) == counts["quarantined"] == 24 + 10 + 4
    assert validation.clean.schema == farm.rows.schema


def test_the_clock_change_of_spring_is_found_at_the_source(validation):
    assert validation.report["counts"]["source_duplicate_rows"] == 48
    doubled = broken(validation, "expect_compound_columns_to_be_unique")
    assert len(doubled) == 24
    assert doubled["row_id"].str.contains(r"\|2014-03-30T01:[0-5]0:00Z$").all()


def test_the_clock_change_of_autumn_is_found_and_reported_only(validation):
    gaps = validation.report["gaps"]
    assert [gap["turbine_id"] for gap in gaps] == ["R80711", "R80721", "R80736", "R80790"]
    assert {(gap["from"], gap["to"], gap["slots"]) for gap in gaps} == {
        ("2014-10-26T00:00:00Z", "2014-10-26T00:50:00Z", 6)
    }
    assert "24 slots without a row in 4 gaps, on 2014-10-26; reported only" in validation.report["findings"]


def test_dead_sensors_and_impossible_temperatures_are_set_aside(validation):
    assert (broken(validation, "expect_column_values_to_not_be_null")["value"] == "null").sum() == 10
    ranges = broken(validation, "expect_column_values_to_be_between")
    assert ranges["column"].unique().tolist() == ["outdoor_temp_c"]
    assert sorted(ranges["value"]) == ["-273.2", "-273.2", "-273.2", "-92.02"]


def test_wrapped_pitch_is_named_but_stays(validation):
    (finding,) = [text for text in validation.report["findings"] if "pitch_deg" in text]
    assert finding.startswith("2 pulled rows: pitch_deg must be between -180 and 180 deg")
    assert finding.endswith("e.g. 262.6 (2); reported only")
    clean = validation.clean.to_pandas()
    assert (clean["pitch_deg"] > 180).sum() == 2
    assert clean["pitch_wrapped_deg"].abs().max() <= 180


def test_the_defects_of_the_farm_are_no_failure(validation):
    assert validation.report["failures"] == []


def test_every_rule_was_evaluated(validation, schema, rules):
    lines = validation.report["expectations"]
    assert len(lines) > len(schema.columns) * 2 + len(rules)
    assert all(line["evaluated"] > 0 and not line["problem"] for line in lines)


def test_the_report_has_the_same_bytes_twice(validation, farm, schema, rules):
    again = validate(farm, schema, rules[::-1])
    assert canonical_json(again.report["expectations"]) == canonical_json(validation.report["expectations"])
    assert canonical_json(again.report) == canonical_json(validation.report)
    assert again.quarantine.equals(validation.quarantine)


def assign(**values):
    return lambda rows: rows.assign(**values)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (assign(power_kw=np.nan, rated_share=0.1), "power_kw must hold a value: found 0"),
        (lambda rows: rows.drop(columns="power_kw"), "column power_kw must be there"),
        (lambda rows: rows.drop(columns="turbine_id"), "column turbine_id must be there"),
        (lambda rows: rows.drop(columns="event_timestamp"), "column event_timestamp must be there"),
        (assign(turbine_id=7), "turbine_id must be string"),
        (assign(power_kw="much"), "power_kw must be float64"),
        (assign(event_timestamp="2014-01-01"), "event_timestamp must be timestamp"),
        (assign(event_timestamp=5), "event_timestamp must be timestamp"),
        (assign(turbine=1.0), "turbine must be string"),
        (lambda rows: pd.concat([rows, rows.iloc[:1]]), "of its own: 2 of 1,705 rows break it"),
        (lambda rows: rows.iloc[:0], "the table must hold rows: found 0"),
        (
            lambda rows: rows.assign(outdoor_temp_c=rows["outdoor_temp_c"].where(rows.index % 10 > 0)),
            "at most 5.00% of outdoor_temp_c may be missing: 180 of 1,704 rows break it",
        ),
    ],
)
def test_a_table_that_cannot_be_trusted_is_a_failed_result(respoil, schema, rules, change, says):
    result = validate(respoil(change), schema, rules)
    assert any(says in failure for failure in result.report["failures"]), result.report["failures"]
    assert not judge(result.report, 1.0).admitted


def test_a_constant_feature_is_a_finding(respoil, schema, rules):
    result = validate(respoil(assign(outdoor_temp_c=11.0)), schema, rules)
    assert result.report["failures"] == []
    assert "found 1: outdoor_temp_c must vary to be learnt; reported only" in result.report["findings"]


def test_power_outside_the_rated_envelope_is_set_aside(respoil, schema, rules):
    def change(rows):
        rows.loc[[100, 200, 300, 400], "rated_share"] = [1.02, -0.04, 1.01, -0.03]  # two beyond the bounds, two on them
        return rows

    result = validate(respoil(change), schema, rules)
    outside = result.quarantine[result.quarantine["column"] == "rated_share"]
    assert sorted(outside["value"].astype(float)) == [-0.04, 1.02]
    assert not set(outside["row_id"]) & set(schema.row_ids(result.clean.to_pandas()))


def test_a_month_with_too_few_rows_is_a_failure(make_keys, make_pulled, schema, rules):
    keys = make_keys(["2014-06-05", "2014-07-05"])
    lost = (keys["turbine_id"] == "R80711") & (keys["event_timestamp"] < "2014-06-05T02:00Z")
    result = validate(make_pulled(keys[~lost].reset_index(drop=True)), schema, rules)
    (failure,) = result.report["failures"]
    assert failure.endswith("of every month: 1 of 8 rows break it (table coverage)")


def test_the_default_tolerance_holds_the_real_share_and_not_one_percent_more(make_keys, make_pulled, schema, rules):
    keys = make_keys([f"2014-06-{day:02d}" for day in range(1, 13)])
    dead = round(0.0062 * len(keys))

    def spoil(share):
        bad = dead + round(share * len(keys))
        return lambda rows: rows.assign(power_kw=rows["power_kw"].where(rows.index >= bad))

    real = validate(make_pulled(keys, spoil(0.0)), schema, rules).report
    worse = validate(make_pulled(keys, spoil(0.01)), schema, rules).report
    assert judge(real, 0.01).admitted
    (reason,) = judge(worse, 0.01).reasons
    assert "(1.62%) are in quarantine, more than admit.max_quarantined = 1.00%" in reason


def test_a_rule_with_a_mistyped_column_is_a_failure(farm, schema):
    rule = Rule(type="expect_column_values_to_not_be_null", kwargs={"column": "powr_kw"}, severity="warning")
    report = validate(farm, schema, (rule,)).report
    says = "expect_column_values_to_not_be_null(powr_kw) on rows could not be evaluated: there is no column 'powr_kw'"
    assert report["failures"] == [says]


def test_a_rule_that_cannot_name_rows_is_refused(farm, schema):
    with pytest.raises(ConfigError, match="has level 'row'"):
        validate(farm, schema, (Rule(type="expect_x", kwargs={"column": "rows"}, table="coverage"),))


def test_a_bad_row_of_a_joined_view_is_reported_though_no_row_met_it(farm, schema, tmp_path):
    column = replace(schema.column("outdoor_temp_c"), view="climate")
    others = (item for item in schema.columns if item.name != column.name)
    times = pd.to_datetime(["2014-03-30", "2014-03-30", "2014-03-31"], utc=True)
    climate = pd.DataFrame({"site_id": "a", "at": times, "outdoor_temp_c": [1.0, 2.0, 1048.4]})
    found = validate(
        replace(farm, joined={"climate": climate}), replace(schema, columns=(*others, column)), (), docs=tmp_path
    )
    assert [text for text in found.report["findings"] if "climate" in text] == [
        "1 climate rows: outdoor_temp_c must be between -25 and 45 degC, e.g. 1048.4 (1); reported only",
        f"2 climate rows: {TWICE}, e.g. a|2014-03-30T00:00:00Z (2); reported only",
    ]
    assert not [text for text in found.report["failures"] if "climate" in text]
    assert found.quarantine["value"].str.contains("1048").sum() == 0
    assert [path.stem for path in tmp_path.rglob("expectations/view_climate.html")] == ["view_climate"]
