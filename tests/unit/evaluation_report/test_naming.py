"""Names and numbers as a reader meets them."""

import pytest

from vaegis.evaluation.report.naming import anchor, interval_text, number, sentence, title_of, topic_of, value_text


@pytest.mark.parametrize(
    ("name", "title"),
    [("detection/injected_auroc", "Injected AUROC"), ("reconstruction/mean_r2", "Mean R²"), ("latent/rate", "Rate")],
)
def test_metrics_are_words(name, title):
    assert title_of(name) == title


def test_unknown_topics_have_a_heading_too():
    assert topic_of("weather_report") == ("Weather report", "")


@pytest.mark.parametrize(("value", "text"), [(None, "-"), (0.123456, "0.1235"), (12_345.6, "12,346"), (8.0, "8")])
def test_numbers(value, text):
    assert number(value) == text


def test_units_and_intervals(make_score):
    assert value_text(make_score("a/b", 2.0, unit="nats")) == "2 nats"
    assert value_text(make_score("a/b", 0.5, unit="share of variance")) == "0.5"
    assert interval_text(make_score("a/b", low=0.1, high=0.2)) == "0.1 to 0.2"
    assert interval_text(make_score("a/b")) == ""


def test_words_become_a_sentence_once():
    assert (sentence("a b"), sentence("A b."), sentence("")) == ("A b.", "A b.", "")


def test_anchors_are_ids():
    assert anchor("a/b_c d") == "def-a-b-c-d"
