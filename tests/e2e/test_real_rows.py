"""All rows of the wind farm, from the artifact to admission: every defect is found, and what is done about it."""

import json

import pandas as pd
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
KEYS = ["turbine_id", "event_timestamp"]
NO_SENSOR, OUT_OF_RANGE, TWICE = (
    f"expect_{name}"
    for name in ("column_values_to_not_be_null", "column_values_to_be_between", "compound_columns_to_be_unique")
)


@pytest.fixture(scope="module")
def whole(make_clone):
    """Return a clone in which the stages ran up to admission, by the default parameters."""
    made = make_clone()
    for stage in ("ingest", "pull", "validate", "admit"):
        done = made.run("python", "-m", f"pipelines.{stage}")
        assert done.returncode == 0, done.stderr
    return made.root


@pytest.fixture(scope="module")
def report(whole):
    return json.loads((whole / "reports/validation/report.json").read_text())


@pytest.fixture(scope="module")
def aside(whole):
    """Return a function that gives the quarantined values of an expectation."""
    rows = pd.read_parquet(whole / "data/validated/quarantine.parquet")
    return lambda name: rows[rows["expectation"] == name]


def test_every_row_is_clean_or_set_aside_and_the_default_tolerance_takes_it(whole, report):
    counts = {name: report["counts"][name] for name in ("source_rows", "pulled", "quarantined", "clean")}
    assert counts == {"source_rows": 420_480, "pulled": 420_432, "quarantined": 2_651, "clean": 417_781}
    assert report["failures"] == []
    assert json.loads((whole / "data/admitted.json").read_text())["verdict"] == "admitted"
    names = pd.read_parquet(whole / "data/pulled/rows.parquet", columns=KEYS)
    assert not names.duplicated().any()


def test_both_springs_are_doubled_and_quarantined(whole, report, aside):
    assert (
        report["counts"]["source_duplicate_rows"]
        == len(pd.read_parquet(whole / "data/pulled/duplicates.parquet"))
        == 96
    )
    hours = aside(TWICE)["row_id"].str.extract(r"\|(.*T\d\d):")[0]
    assert hours.value_counts().to_dict() == {"2014-03-30T01": 24, "2015-03-29T01": 24}


def test_both_autumns_lack_an_hour_which_is_reported(report):
    gaps = {(gap["from"], gap["slots"]) for gap in report["gaps"]}
    assert gaps == {("2014-10-26T00:00:00Z", 6), ("2015-10-25T00:00:00Z", 6)}
    assert len(report["gaps"]) == 8


def test_dead_sensors_and_impossible_temperatures_are_quarantined(aside):
    assert aside(NO_SENSOR)["value"].tolist() == ["null"] * 2_569
    wild = aside(OUT_OF_RANGE)
    assert set(wild["column"]) == {"outdoor_temp_c"}
    assert wild["value"].astype(float).round(1).value_counts().to_dict() == {-273.2: 33, -92.0: 1}


def test_wrapped_pitch_angles_stay_and_are_normalised(whole, report):
    names = ["pitch_deg", "pitch_wrapped_deg"]
    clean = pd.read_parquet(whole / "data/validated/clean.parquet", columns=names)
    wrapped = clean[clean["pitch_deg"] > 180].round(2)
    assert sorted(map(tuple, wrapped.to_numpy())) == [(194.69, -165.31), (262.61, -97.39), (262.61, -97.39)]
    assert any(text.startswith("3 pulled rows: pitch_deg must be between") for text in report["findings"])
