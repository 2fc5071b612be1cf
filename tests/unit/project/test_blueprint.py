"""What a new project describes."""

from dataclasses import replace

import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.project.blueprint import Blueprint, draw_up, span_days, without


def test_a_label_of_words_is_derived_and_its_column_carried(jobs):
    schema = jobs.blueprint.schema
    assert [column.name for column in schema.labels] == ["scrapped_is_yes"]
    assert schema.column("scrapped").role == "context"
    assert schema.column("refund_eur").role == "context"


def test_hours_are_derived_and_seasons_only_from_a_span_that_shows_them(jobs):
    assert {"hour_sin", "hour_cos", "last_service_days"} <= {column.name for column in jobs.blueprint.derived}
    assert not [column.name for column in jobs.blueprint.derived if "season" in column.name]
    years = jobs.frame.assign(started=pd.date_range("2020-01-01", periods=len(jobs.frame), freq="12h", tz="UTC"))
    longer = draw_up("jobs", jobs.inference, years)
    assert {"season_sin", "last_service_season_cos"} <= {column.name for column in longer.derived}


def test_a_table_without_time_derives_none(parts):
    assert parts.blueprint.parts == ()
    assert parts.blueprint.schema == parts.blueprint.raw
    assert parts.blueprint.service == "parts_v1"


def test_an_angle_is_modelled_by_its_sine_and_cosine(jobs):
    turning = ColumnSpec(name="load_kw", dtype="float64", kind="angle", role="feature")
    guesses = [
        replace(guess, column=turning) if guess.column.name == "load_kw" else guess for guess in jobs.inference.guesses
    ]
    made = draw_up("jobs", replace(jobs.inference, guesses=tuple(guesses)), jobs.frame).schema
    assert made.column("load_kw").role == "context"
    assert made.column("load_kw_sin").role == "feature"
    radians = jobs.frame.assign(load_kw=jobs.frame["load_kw"] / 100)
    made = draw_up("jobs", replace(jobs.inference, guesses=tuple(guesses)), radians).schema
    assert made.column("load_kw").role == "feature"


def test_a_contract_that_stands_is_not_touched(jobs):
    made = Blueprint(name="x", raw=jobs.blueprint.raw)
    assert (made.service, made.derived) == (jobs.blueprint.raw.service, ())


def test_a_clock_in_the_table_makes_another_one_needless(jobs):
    local = jobs.frame["started"].dt.tz_convert("America/New_York").dt.hour
    made = draw_up("jobs", jobs.inference, jobs.frame.assign(errors=local))
    assert "hour_sin" not in {column.name for column in made.derived}


def test_a_column_can_be_carried_instead(jobs):
    made = without(jobs.blueprint, ["load_kw"])
    assert made.schema.column("load_kw").role == "context"
    assert made.parts == jobs.blueprint.parts


def test_the_span_of_no_times_is_none():
    assert span_days(pd.Series(dtype="datetime64[us, UTC]")) == 0.0
