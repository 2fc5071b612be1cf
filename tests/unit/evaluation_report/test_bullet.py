"""Value, interval and bound on one line."""

import re

import pytest

from vaegis.evaluation.report.bullet import bullet, state_of
from vaegis.evaluation.report.deciding import Deciding


@pytest.mark.parametrize(("value", "right"), [(0.9, True), (0.5, False)])
def test_the_mark_stands_on_its_side_of_the_bound(make_score, make_gate, value, right):
    svg = bullet(Deciding(score=make_score("a/b", value), gate=make_gate(value=value)))
    dot = float(re.search(r'<circle[^>]* cx="([0-9.]+)"', svg).group(1))
    bound = float(re.search(r'<line class="bound" x1="([0-9.]+)"', svg).group(1))
    assert (dot > bound) is right


def test_the_tinted_side_is_the_one_that_passes(make_score, make_gate):
    for condition, starts_left in ((">= 0.7", False), ("<= 0.7", True)):
        svg = bullet(Deciding(score=make_score("a/b", 0.8), gate=make_gate(condition=condition)))
        assert ('class="tint" x="0.0"' in svg) is starts_left


def test_without_a_value_there_is_no_line(make_score):
    assert bullet(Deciding(score=make_score("a/b", None, reason="one row"))) == ""


def test_without_a_gate_there_is_no_bound(make_score):
    svg = bullet(Deciding(score=make_score("a/b", 3.0, low=2.0, high=4.0, unit="nats")))
    assert "bound" not in svg
    assert 'class="span' in svg


OUTCOMES = [
    ("passed", True, "passed"),
    ("failed", True, "failed"),
    ("failed", False, "advice"),
    ("not applicable", True, "open"),
]


@pytest.mark.parametrize(("status", "required", "state"), OUTCOMES)
def test_outcomes_have_a_style_each(make_gate, status, required, state):
    assert state_of(make_gate(status=status, required=required)) == state
