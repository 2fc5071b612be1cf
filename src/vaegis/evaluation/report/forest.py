"""The differences of a comparison, each with its interval, on one scale: halves of their intervals' widths."""

from typing import Final

from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.comparison.difference import NEUTRAL, NOT_COMPUTABLE
from vaegis.evaluation.comparison.words import headline, plain_name
from vaegis.evaluation.report.chart import Chart
from vaegis.evaluation.report.svg import Plot

_LETTER: Final = 8
"""Width of a letter of a name, pixels."""


def forest(comparison: Comparison) -> Chart:
    """Draw better to the right, worse to the left, whatever the metric's own direction.

    Metrics have different units, so each is drawn in halves of its own interval: beyond 1 it is more than noise.
    """
    shown = [item for item in headline(comparison) if item.verdict != NOT_COMPUTABLE and item.direction != NEUTRAL]
    places = []
    for item in shown:
        sign = 1.0 if item.direction == "higher" else -1.0
        ends = sorted(sign * (end or 0.0) for end in (item.low, item.high))
        half = (ends[1] - ends[0]) / 2 or 1.0
        places.append((ends[0] / half, sign * (item.difference or 0.0) / half, ends[1] / half))
    reach = max([abs(end) for ends in places for end in ends] + [2.0]) * 1.05
    left = max([190, *(_LETTER * len(plain_name(item.metric)) for item in shown)])
    plot = Plot(x=(-reach, reach), y=(max(len(shown), 1) - 0.4, -0.6), height=70 + 28 * len(shown), left=left)
    plot.axis_x("worse   ·   halves of the interval   ·   better")
    plot.rule((0.0, -0.6), (0.0, max(len(shown), 1) - 0.4), "zero")
    for place, (item, (low, middle, high)) in enumerate(zip(shown, places, strict=True)):
        style = item.verdict.replace(" ", "-")
        x, y = plot.at(-reach, place)
        plot.text(x - 8, y + 4.5, plain_name(item.metric), "tick", "end")
        tip = f"{item.difference:+.3g} {item.unit}, 95 % from {item.low:+.3g} to {item.high:+.3g}: {item.verdict}"
        plot.rule((low, place), (high, place), style, tip)
        plot.dot(middle, place, style, tip)
    words = "differences with their 95 % intervals"
    return Chart(
        title="What moved", note="an interval that leaves the dashed line is more than noise", svg=plot.svg(words)
    )
