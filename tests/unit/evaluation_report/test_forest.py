"""The differences on one scale."""

import re
from dataclasses import replace

from vaegis.evaluation.report.forest import forest


def test_better_is_to_the_right_whatever_the_direction(comparison):
    svg = str(forest(comparison).svg)
    middle = float(re.search(r'class="rule zero" x1="([0-9.]+)"', svg).group(1))
    dots = {style: float(x) for style, x in re.findall(r'<circle class="dot ([a-z-]+)" cx="([0-9.]+)"', svg)}
    assert dots["better"] > middle > dots["worse"]
    assert len(dots) == 2  # what cannot be computed, or is good neither way, has no place


def test_a_long_name_has_room(comparison):
    """Names end left of the first line and begin inside the picture; a letter is 7 pixels wide."""
    long = replace(comparison.differences[0], metric="evaluate/labels/" + "x" * 40)
    svg = str(forest(replace(comparison, differences=(long,))).svg)
    end = float(re.search(r'x="([0-9.]+)"[^>]*>labels/x', svg).group(1))
    assert end - 7 * len("labels/" + "x" * 40) > 0
