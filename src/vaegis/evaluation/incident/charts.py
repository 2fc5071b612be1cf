"""The pictures of an incident: each column over the day, the score over the day, who is to blame. N rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.evaluation.incident.similar import Incident
from vaegis.evaluation.incident.window import HALF_DAY
from vaegis.evaluation.report.chart import Chart
from vaegis.evaluation.report.svg import Plot, cut, nice, percent, short

_LEGEND: Final = (("s0", "expected", "expected, 95 % band"), ("s1", "observed", "observed"))
_LETTERS: Final = 100
"""Of a level's name under the pointer."""
_BLAMED: Final = 8
"""Columns in the picture of blame."""
_MOST_POINTS: Final = 300
"""Points of a line: more could not be told apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """Values over the window, by row."""

    hours_N: np.ndarray
    """Hours from the row that was asked for."""
    names_N: list[str]
    """When each row was, as words."""
    moment: pd.Timestamp
    place: int
    values: pd.DataFrame
    """`observed`, `expected`, `low`, `high`."""
    set_aside_N: np.ndarray

    def thinned(self) -> "Course":
        """Return about as many rows as can be seen, the one that was asked for among them."""
        step = max(1, len(self.hours_N) // _MOST_POINTS)
        kept_N = np.arange(len(self.hours_N))[self.place % step :: step]
        return Course(
            hours_N=self.hours_N[kept_N],
            names_N=[self.names_N[n] for n in kept_N],
            moment=self.moment,
            place=int(np.flatnonzero(kept_N == self.place)[0]),
            values=self.values.iloc[kept_N].reset_index(drop=True),
            set_aside_N=self.set_aside_N[kept_N],
        )


def amount(course: Course, column: ColumnSpec, note: str = "") -> Chart | None:
    """Draw a number over the window, with the band that the model expects."""
    course = course.thinned()
    cells = course.values[["observed", "expected", "low", "high"]].astype(float)
    span = _span(cells)
    if span is None:
        return None
    plot = Plot(x=_hours(course), y=span)
    plot.axis_y()
    _axis_of_time(plot, course)
    hours = course.hours_N.tolist()
    inside = cells.clip(*span)
    modelled = bool(cells["expected"].notna().any())
    if modelled:
        low, high = (list(zip(hours, inside[end].tolist(), strict=True)) for end in ("low", "high"))
        plot.area(high, low, "s0", "expected")
        plot.line(zip(hours, inside["expected"], strict=True), "s0", "expected")
    plot.line(zip(hours, inside["observed"], strict=True), "s1", "observed")
    unit = f" {column.unit}" if column.unit else ""
    for (n, left, right), (at, mean, least, most) in zip(_strips(course), cells.to_numpy().tolist(), strict=True):
        seen = "missing" if np.isnan(at) else f"{short(at)}{unit}"
        band = f", expected {short(mean)}{unit} ({short(least)} to {short(most)})" * modelled
        plot.bar((left, span[0]), (right, span[1]), "ghost", f"{course.names_N[n]}: {seen}{band}")
    _mark(plot, course, inside["observed"], f"{column.name} {short(cells['observed'].iloc[course.place])}{unit}")
    return Chart(
        title=column.name + (f", {column.unit}" if column.unit else ""),
        note=note or column.description,
        svg=plot.svg(f"{column.name} over the window, observed and expected"),
        legend=_LEGEND if modelled else (),
    )


def level(course: Course, column: ColumnSpec, most: int = 12) -> Chart | None:
    """Draw a category over the window: a dot where it was, a line where it was expected."""
    course = course.thinned()
    cells = course.values[["observed", "expected"]].astype("string")
    cells = cells.map(lambda name: cut(name, _LETTERS), na_action="ignore").astype("string")
    names = sorted(set(cells.stack().dropna()))
    if not 0 < len(names) <= most:
        return None
    plot = Plot(x=_hours(course), y=(-0.6, len(names) - 0.4), height=90 + 22 * len(names), left=110)
    plot.axis_y(range(len(names)), lambda place: cut(names[int(place)], 14))
    _axis_of_time(plot, course)
    for series, style, radius in (("expected", "s0", 5.5), ("observed", "s1", 3.0)):
        for n, name in enumerate(cells[series]):
            if not pd.isna(name):
                plot.dot(
                    float(course.hours_N[n]),
                    names.index(name),
                    style,
                    f"{course.names_N[n]}: {series} {name}",
                    series,
                    radius,
                )
    plot.rule((0.0, plot.y[0]), (0.0, plot.y[1]), "zero")
    return Chart(
        title=column.name,
        note=column.description,
        svg=plot.svg(f"{column.name} over the window, observed and expected"),
        legend=(("s0", "expected", "expected"), ("s1", "observed", "observed")),
    )


def score(course: Course, threshold: float, rate: float) -> Chart | None:
    """Draw the score over the window, beside the one from which rows are flagged."""
    course = course.thinned()
    scores = course.values["observed"].astype(float)
    ends = [value for value in (*scores, threshold) if np.isfinite(value)]
    if not ends:
        return None
    room = 0.06 * ((max(ends) - min(ends)) or 1.0)
    plot = Plot(x=_hours(course), y=(min(ends) - room, max(ends) + room), height=240)
    plot.axis_y()
    _axis_of_time(plot, course)
    if np.isfinite(threshold):
        tip = f"from {short(threshold)} on: p-value of at most {rate:g}"
        plot.rule((plot.x[0], threshold), (plot.x[1], threshold), "s2", tip, "flagged")
    plot.line(zip(course.hours_N.tolist(), scores, strict=True), "s1", "score")
    for n, left, right in _strips(course):
        aside = ", set aside by a rule" if course.set_aside_N[n] else ""
        plot.bar(
            (left, plot.y[0]), (right, plot.y[1]), "ghost", f"{course.names_N[n]}: score {short(scores.iloc[n])}{aside}"
        )
    _mark(plot, course, scores, f"score {short(scores.iloc[course.place])}")
    return Chart(
        title="Anomaly score over the window",
        note=f"rows above the line have a p-value of at most {rate:g}",
        svg=plot.svg("anomaly score over the window"),
        legend=(("s1", "score", "score"), ("s2", "flagged", "flagged from here")),
    )


def blame(own: pd.Series, similar: Sequence[Incident]) -> Chart | None:
    """Draw by which share each column is to blame, here and in the similar incidents."""
    if not own.sum():
        return None
    ranked = own.sort_values(ascending=False, kind="stable").head(_BLAMED)
    top = 1.08 * max(float(shares[ranked.index].max()) for shares in (own, *(incident.blame for incident in similar)))
    plot = Plot(x=(0.0, top), y=(len(ranked) - 0.4, -0.6), height=60 + 26 * len(ranked), left=190)
    plot.axis_x("share of the score above usual", name=percent)
    for place, (name, share) in enumerate(ranked.items()):
        x, y = plot.at(0.0, place)
        plot.text(x - 8, y + 4.5, cut(str(name), 26), "tick", "end")
        plot.bar((0.0, place - 0.3), (float(share), place + 0.3), "s2", f"{name}: {share:.1%} here", "here")
        for number, incident in enumerate(similar):
            theirs = float(incident.blame[name])
            tip = f"{name}: {theirs:.1%}, {incident.entity} at {incident.time:%Y-%m-%d %H:%M}"
            plot.dot(theirs, place, f"s{(0, 3, 4)[number % 3]}", tip, f"similar-{number}", 4.5)
    others = tuple(
        (f"s{(0, 3, 4)[number % 3]}", f"similar-{number}", f"{incident.entity}, {incident.time:%Y-%m-%d %H:%M}")
        for number, incident in enumerate(similar)
    )
    return Chart(
        title=f"{ranked.index[0]} carries {ranked.iloc[0]:.0%} of it",
        note="bars: this row; dots: the similar incidents",
        svg=plot.svg("share of the score by column"),
        legend=(("s2", "here", "this row"), *others),
    )


def _span(cells: pd.DataFrame) -> tuple[float, float] | None:
    """Return what the axis shows: all that was observed or expected, and the band but for its rarest ends."""
    inner = cells[["observed", "expected"]].to_numpy().ravel()
    edges = [
        *inner[np.isfinite(inner)],
        *cells["low"].dropna().quantile([0.03]),
        *cells["high"].dropna().quantile([0.97]),
    ]
    edges = [edge for edge in edges if np.isfinite(edge)]
    if not edges:
        return None
    room = 0.06 * ((max(edges) - min(edges)) or 1.0)
    return float(min(edges)) - room, float(max(edges)) + room


def _hours(course: Course) -> tuple[float, float]:
    first, last = float(course.hours_N.min()), float(course.hours_N.max())
    return (first, last) if last > first else (first - 1.0, last + 1.0)


def _axis_of_time(plot: Plot, course: Course) -> None:
    """Write hours of the day below a day, and dates below more."""
    day = HALF_DAY.total_seconds() / 3600.0
    if plot.x[1] - plot.x[0] > 2.2 * day:
        write: Callable[[float], str] = lambda hours: f"{_at(course, hours):%d %b %y}"  # noqa: E731
        plot.axis_x("date (UTC)", nice(*plot.x, about=4), write)
        return
    start = course.moment.floor("h")
    ticks = [
        (start + pd.Timedelta(hours=hours) - course.moment).total_seconds() / 3600.0
        for hours in range(-24, 25)
        if (start + pd.Timedelta(hours=hours)).hour % 4 == 0
    ]
    shown = [tick for tick in ticks if plot.x[0] <= tick <= plot.x[1]]
    plot.axis_x(f"{course.moment:%d %B %Y}, UTC", shown, lambda hours: f"{_at(course, hours):%H:%M}")


def _at(course: Course, hours: float) -> pd.Timestamp:
    return (course.moment + pd.Timedelta(hours=hours)).round("s")


def _strips(course: Course) -> list[tuple[int, float, float]]:
    """Return each row with the strip that a pointer may stand on."""
    hours = course.hours_N.astype(float)
    first, last = _hours(course)
    edges = [first, *((hours[1:] + hours[:-1]) / 2).tolist(), last]
    return [(n, edges[n], edges[n + 1]) for n in range(len(hours))]


def _mark(plot: Plot, course: Course, values: pd.Series, tip: str) -> None:
    """Point at the row that was asked for; a strip at the foot marks the rows that a rule set aside."""
    foot = plot.y[0] + 0.025 * (plot.y[1] - plot.y[0])
    for n, left, right in _strips(course):
        if course.set_aside_N[n]:
            plot.bar((left, plot.y[0]), (right, foot), "s5", f"{course.names_N[n]}: set aside by a rule")
    plot.rule((0.0, plot.y[0]), (0.0, plot.y[1]), "zero")
    plot.dot(0.0, float(values.iloc[course.place]), "s2", f"{course.names_N[course.place]}: {tip}", "", 5.5)
