"""Scales, ticks and elements."""

import math
from xml.etree import ElementTree as ET

import pytest

from vaegis.evaluation.report.svg import WIDTH, Plot, nice, percent, short


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]), (-3.0, 7.0, [-2.0, 0.0, 2.0, 4.0, 6.0]), (5.0, 5.0, [5.0])],
)
def test_ticks_are_round_and_inside(low, high, ticks):
    assert nice(low, high) == ticks


def test_no_range_has_no_ticks():
    assert nice(math.nan, 1.0) == []


def test_corners_are_corners():
    plot = Plot(x=(0.0, 10.0), y=(0.0, 1.0), height=100, left=20)
    assert plot.at(0.0, 0.0) == (20.0, 56.0)
    assert plot.at(10.0, 1.0) == (WIDTH - 14.0, 12.0)


def test_a_plot_is_well_formed_whatever_the_words():
    plot = Plot(x=(0.0, 1.0), y=(0.0, 1.0))
    plot.axis_x("a < b & c")
    plot.axis_y()
    plot.line([(0.0, 0.0), (0.5, math.nan), (1.0, 1.0)], "s0", 'x"y')
    plot.dot(0.5, 0.5, "s0", 'tip "quoted" <b>')
    plot.dot(math.nan, 0.5, "s0", "never")
    plot.bar((0.0, 0.0), (1.0, 1.0), "s0", "")
    plot.area([(0.0, 1.0)], [(0.0, 0.0)], "s1")
    plot.rule((0.0, 0.0), (1.0, 1.0), "zero")
    root = ET.fromstring(plot.svg('says "so"'))  # noqa: S314 - our own text
    assert root.get("aria-label") == 'says "so"'
    assert len(root.findall("circle")) == 1
    assert root.find("circle").get("data-tip") == 'tip "quoted" <b>'
    assert root.find("path").get("d").count("M") == 2  # interrupted where there is no number


def test_numbers_of_axes():
    assert (short(12_345.0), short(0.25), percent(0.125)) == ("12,345", "0.25", "12.5 %")
