"""Figures as charts."""

from collections.abc import Iterable
from typing import Any, Final

import altair as alt
import pandas as pd

from vaegis.simulation.figures import AS_IT_WAS, USUAL

HEIGHT: Final = 160
BEFORE, AFTER, OBSERVED, MODEL = "#9aa5b1", "#d9822b", "#b3261e", "#0b7a75"
_BAND: Final = 0.22
_BANDS: Final = 0.1
"""Opacity of one band, and of several over each other."""
_AXIS: Final = {"labelAngle": 0, "labelLimit": 70, "labelOverlap": True}
_GROUPS: Final = ["#0b7a75", "#d9822b", "#6f4fa0", "#3b7dd8", "#b3261e", "#7a8b2f", "#c2528b", "#5f6c7b"]


def lying_chart(lying: pd.DataFrame, observed: Any = None) -> alt.Chart | alt.LayerChart:
    """Return how values lie, one set of rows before the other, and where a real row was observed."""
    names = list(lying["rows"].unique())
    colours = alt.Scale(domain=names, range=[BEFORE if name in (USUAL, AS_IT_WAS) else AFTER for name in names])
    shown = {
        "color": alt.Color("rows:N", scale=colours, legend=None),
        "y": alt.Y("share:Q", axis=None, stack=None),
        "tooltip": ["rows:N", alt.Tooltip("share:Q", format=".1%")],
    }
    if "level" in lying:
        order = list(lying["level"].unique())
        place = {
            "x": alt.X("level:N", title=None, sort=order, axis=_AXIS),
            "xOffset": alt.XOffset("rows:N", sort=names),
        }
        shown["tooltip"] = ["level:N", *shown["tooltip"]]
        return alt.Chart(lying, height=HEIGHT).mark_bar().encode(**place, **shown)
    x = alt.X("low:Q", title=None, scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(tickCount=5, grid=False))
    shown["tooltip"] = [alt.Tooltip("low:Q", format=".4"), alt.Tooltip("high:Q", format=".4"), *shown["tooltip"]]
    base = alt.Chart(lying, height=HEIGHT)
    bars = base.mark_rect(opacity=0.75).encode(x=x, x2="high:Q", y2=alt.datum(0.0), **shown)
    if observed is None:
        return bars
    low, high = lying["low"].min(), lying["high"].max()
    there = pd.DataFrame({"at": [min(max(float(observed), low), high)]})
    return bars + alt.Chart(there).mark_rule(color=OBSERVED, strokeWidth=2).encode(x="at:Q")


def curve_chart(curve: pd.DataFrame, observed: Any = None) -> alt.LayerChart:
    """Return the median and the band of 95 % of rows along a sweep, a colour for each group."""
    levels = not _are_numbers(curve["at"])
    curve = curve.rename(columns={"p2.5": "low_band", "p97.5": "high_band"})
    x = alt.X("at:N" if levels else "at:Q", title=None, scale=alt.Undefined if levels else alt.Scale(nice=False))
    grouped = curve["group"].nunique() > 1
    colour = alt.Color("group:N", scale=_scale(curve["group"]), legend=None) if grouped else alt.value(MODEL)
    shift = {"xOffset": alt.XOffset("group:N")} if levels and grouped else {}
    tooltip = ["at", *(["group:N"] if grouped else []), *(f"{name}:Q" for name in ("low_band", "p50", "high_band"))]
    base = alt.Chart(curve, height=HEIGHT).encode(x=x, color=colour, tooltip=tooltip, **shift)
    y = alt.Y("low_band:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4))
    band = (
        base.mark_rule(strokeWidth=2, opacity=0.5) if levels else base.mark_area(opacity=_BANDS if grouped else _BAND)
    )
    line = base.mark_point(filled=True, size=50) if levels else base.mark_line(strokeWidth=2)
    layers = [band.encode(y=y, y2="high_band:Q"), line.encode(y=alt.Y("p50:Q", title=None))]
    if observed is not None:
        there = pd.DataFrame({"seen": [float(observed)]})
        layers.append(alt.Chart(there).mark_rule(color=OBSERVED, strokeDash=[4, 3]).encode(y="seen:Q"))
    return alt.layer(*layers)


def mix_chart(mix: pd.DataFrame) -> alt.Chart:
    """Return the shares of levels along a sweep."""
    levels = not _are_numbers(mix["at"])
    x = alt.X("at:N" if levels else "at:O", title=None, axis=alt.Axis(format="" if levels else ".4", labelOverlap=True))
    y = alt.Y("share:Q", title=None, stack="zero", axis=alt.Axis(format="%", tickCount=3))
    colour = alt.Color("level:N", scale=alt.Scale(range=_GROUPS), legend=alt.Legend(title=None, orient="bottom"))
    tooltip = ["at", "level:N", alt.Tooltip("share:Q", format=".1%")]
    return alt.Chart(mix, height=HEIGHT).mark_bar().encode(x=x, y=y, color=colour, tooltip=tooltip)


def way_chart(way: pd.DataFrame) -> alt.Chart:
    """Return a column along each walk, a colour for each."""
    levels = not _are_numbers(way["value"])
    way = way.assign(value=way["value"].astype(str)) if levels else way
    x = alt.X("z:Q", title=None, axis=alt.Axis(tickCount=5))
    y = alt.Y("value:N", title=None) if levels else alt.Y("value:Q", title=None, scale=alt.Scale(zero=False))
    colour = alt.Color("walk:N", scale=_scale(way["walk"]), legend=None)
    base = alt.Chart(way, height=HEIGHT)
    drawn = base.mark_point(filled=True) if levels else base.mark_line(strokeWidth=2)
    tooltip = ["walk:N", alt.Tooltip("z:Q", format=".3"), "value"]
    return drawn.encode(x=x, y=y, color=colour, tooltip=tooltip)


def colours(names: Iterable[str]) -> dict[str, str]:
    """Return the colour of each group."""
    return {name: _GROUPS[place % len(_GROUPS)] for place, name in enumerate(sorted(names))}


def _scale(names: pd.Series) -> alt.Scale:
    key = colours(names.unique())
    return alt.Scale(domain=list(key), range=list(key.values()))


def _are_numbers(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
