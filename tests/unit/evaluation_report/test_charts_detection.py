"""The pictures of detection."""

import numpy as np
import pytest

from vaegis.evaluation.report.charts_detection import detection, false_alarms_by_month, score_histogram, scorer_name


def test_every_scorer_has_one_dot_a_cell(material):
    chart = detection(material.tables["detection"])
    assert chart.title == "Injected faults are found with an AUROC of 0.900"
    assert chart.svg.count("<circle") == 6
    assert "bias 2 sd" in chart.svg
    assert [name for _, _, name in chart.legend] == ["this model", "principal components"]


def test_a_number_that_is_none_is_no_dot(material):
    table = material.tables["detection"].assign(auroc=np.nan)
    assert detection(table).svg.count("<circle") == 0


def test_the_histogram_has_two_series_and_a_tip_a_bin(material):
    chart = score_histogram(material.tables["score_histogram"])
    assert chart.svg.count("data-tip") == 3
    assert {series for _, series, _ in chart.legend} == {"normal", "faults"}


def test_months_are_dots_of_each_scorer(material):
    chart = false_alarms_by_month(material.tables["false_alarms_by_month"])
    assert chart.svg.count("<circle") == 2
    assert "10 % of 12 normal rows" in chart.svg
    assert "area" not in chart.svg
    bounds = material.tables["false_alarms_by_month"].assign(model_low=0.0, model_high=0.2)
    with_band = false_alarms_by_month(bounds)
    assert with_band.svg.count("<circle") == 2
    assert 'class="area s0"' in with_band.svg


@pytest.mark.parametrize("draw", [detection, score_histogram, false_alarms_by_month])
def test_an_empty_table_has_no_picture(material, draw):
    assert draw(material.tables[draw.__name__].iloc[:0]) is None


def test_scorers_are_named_for_readers():
    assert scorer_name("isolation_forest") == "isolation forest"
