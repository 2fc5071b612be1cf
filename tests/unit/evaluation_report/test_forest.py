"""The differences on one scale."""

import re

from vaegis.evaluation.report.forest import forest


def test_better_is_to_the_right_whatever_the_direction(comparison):
    svg = str(forest(comparison).svg)
    middle = float(re.search(r'class="rule zero" x1="([0-9.]+)"', svg).group(1))
    dots = {style: float(x) for style, x in re.findall(r'<circle class="dot ([a-z-]+)" cx="([0-9.]+)"', svg)}
    assert dots["better"] > middle > dots["worse"]
    assert len(dots) == 2  # what cannot be computed, or is good neither way, has no place
