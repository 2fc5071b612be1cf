import re

import numpy as np
import pandas as pd
import pytest

from vaegis.contract import ColumnSpec
from vaegis.evaluation.incident import charts
from vaegis.evaluation.incident.charts import Course

AMOUNT = ColumnSpec(name="heat_c", dtype="float64", kind="numeric", role="feature", unit="degC", description="heat")
LEVEL = ColumnSpec(name="mode", dtype="string", kind="category", role="feature")
MOMENT = pd.Timestamp("2014-03-02 12:00", tz="UTC")


def course(rows=25, hours=1.0, **columns):
    place = rows // 2
    hours_N = (np.arange(rows) - place) * hours
    names = [f"{MOMENT + pd.Timedelta(hours=float(hour)):%Y-%m-%d %H:%M}" for hour in hours_N]
    known = {"observed": np.sin(hours_N), "expected": np.sin(hours_N), "low": -1.5, "high": 1.5}
    values = pd.DataFrame({**known, **columns}, index=range(rows))
    aside_N = np.arange(rows) == 1
    return Course(hours_N=hours_N, names_N=names, moment=MOMENT, place=place, values=values, set_aside_N=aside_N)


def test_every_row_tells_what_was_seen_and_expected():
    chart = charts.amount(course(), AMOUNT)
    tips = re.findall(r'class="bar ghost"[^>]*data-tip="([^"]*)"', chart.svg)
    assert len(tips) == 25
    assert tips[12] == "2014-03-02 12:00: 0 degC, expected 0 degC (-1.5 to 1.5)"
    assert chart.title == "heat_c, degC"
    assert "set aside by a rule" in chart.svg
    assert "12:00</text>" in chart.svg


def test_missing_values_are_said_and_nothing_at_all_is_no_chart():
    observed = np.where(np.arange(25) == 12, np.nan, 1.0)
    assert "2014-03-02 12:00: missing, expected" in charts.amount(course(observed=observed), AMOUNT).svg
    empty = course(observed=np.nan, expected=np.nan, low=np.nan, high=np.nan)
    assert charts.amount(empty, AMOUNT) is None
    assert "nan" not in charts.amount(course(observed=observed), AMOUNT).svg


def test_what_no_model_reads_has_no_band():
    chart = charts.amount(course(expected=np.nan, low=np.nan, high=np.nan), AMOUNT)
    assert 'class="area' not in chart.svg
    assert chart.legend == ()


def test_a_wild_band_does_not_flatten_what_was_seen():
    high = np.where(np.arange(101) == 3, 1e9, 1.5)
    ticks = re.findall(r'text-anchor="end">([^<]*)<', charts.amount(course(rows=101, hours=0.2, high=high), AMOUNT).svg)
    assert max(float(tick.replace(",", "")) for tick in ticks) < 3


def test_many_rows_are_thinned_but_never_the_one_asked_for():
    chart = charts.amount(course(rows=5_001, hours=0.004), AMOUNT)
    tips = re.findall(r'class="bar ghost"', chart.svg)
    assert 250 <= len(tips) <= 400
    assert "2014-03-02 12:00: heat_c 0 degC" in chart.svg


def test_days_apart_are_told_by_date():
    assert "02 Mar 14" in charts.amount(course(hours=24.0), AMOUNT).svg


def test_levels_are_dots_where_they_were_and_were_expected():
    levels = np.where(np.arange(25) % 2 == 0, "fast", "slow")
    chart = charts.level(course(observed=levels, expected="slow"), LEVEL)
    assert chart.svg.count("<circle") == 50
    assert charts.level(course(observed=[f"l{n}" for n in range(25)], expected="l1"), LEVEL) is None


@pytest.mark.parametrize(("threshold", "lines"), [(0.5, 1), (np.inf, 0)])
def test_the_score_stands_beside_what_is_flagged(threshold, lines):
    chart = charts.score(course(), threshold, 0.01)
    assert chart.svg.count('class="rule s2"') == lines


def test_blame_of_the_row_beside_that_of_the_similar(card):
    chart = charts.blame(card.blame, card.search.found)
    assert chart.title.startswith("heat_c carries ")
    assert chart.svg.count('class="bar s2"') == len(card.blame)
    assert chart.svg.count("<circle") == len(card.blame) * len(card.search.found)
    assert charts.blame(card.blame * 0.0, ()) is None
