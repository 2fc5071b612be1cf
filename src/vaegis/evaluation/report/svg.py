"""Small pictures as inline SVG: colours come from the page's style, so that light, dark and print each have their own.

A tip on an element is shown by the page when a pointer meets it; a series can be switched off by its legend.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup, escape

WIDTH: Final = 520.0
"""Units a picture is wide: of this width letters of 13 units can still be read on a phone."""
_LEFT: Final = 52.0
_RIGHT: Final = 14.0
_TOP: Final = 12.0
_BOTTOM: Final = 44.0

Point = tuple[float, float]


@dataclass(kw_only=True, slots=True)
class Plot:
    """Two linear axes, and what is drawn on them."""

    x: tuple[float, float]
    y: tuple[float, float]
    height: float = 280.0
    left: float = _LEFT
    bottom: float = _BOTTOM
    parts: list[Markup] = field(default_factory=list)

    def at(self, x: float, y: float) -> Point:
        """Return where a point stands, in units of the picture."""
        across = (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0)
        up = (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1.0)
        inner = (WIDTH - self.left - _RIGHT, self.height - _TOP - self.bottom)
        return self.left + across * inner[0], _TOP + (1.0 - up) * inner[1]

    def axis_x(
        self, label: str, ticks: Sequence[float] | None = None, name: Callable[[float], str] | None = None
    ) -> None:
        """Draw ticks and label below."""
        write = name or short
        for tick in nice(*self.x) if ticks is None else ticks:
            x, y = self.at(tick, self.y[0])
            self.add(f'<line class="grid" x1="{_n(x)}" x2="{_n(x)}" y1="{_n(_TOP)}" y2="{_n(y)}"/>')
            self.text(x, y + 17, write(tick), "tick", "middle")
        middle = (self.left + WIDTH - _RIGHT) / 2
        self.text(middle, self.height - 6, label, "label", "middle")

    def axis_y(self, ticks: Sequence[float] | None = None, name: Callable[[float], str] | None = None) -> None:
        """Draw ticks and lines across."""
        write = name or short
        for tick in nice(*self.y) if ticks is None else ticks:
            x, y = self.at(self.x[0], tick)
            self.add(f'<line class="grid" x1="{_n(x)}" x2="{_n(WIDTH - _RIGHT)}" y1="{_n(y)}" y2="{_n(y)}"/>')
            self.text(x - 8, y + 4.5, write(tick), "tick", "end")

    def line(self, points: Iterable[Point], style: str, series: str = "") -> None:
        """Draw a line; a point that is no number interrupts it."""
        path, pen = [], "M"
        for x, y in points:
            if math.isfinite(x) and math.isfinite(y):
                here = self.at(x, y)
                path.append(f"{pen}{_n(here[0])} {_n(here[1])}")
                pen = "L"
            else:
                pen = "M"
        self.add(f'<path class="line {style}"{_series(series)} d="{"".join(path)}"/>')

    def area(self, upper: Sequence[Point], lower: Sequence[Point], style: str, series: str = "") -> None:
        """Fill between two lines over the same points."""
        both = [self.at(x, y) for x, y in (*upper, *reversed(lower)) if math.isfinite(x) and math.isfinite(y)]
        path = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in both) + "Z" if both else ""
        self.add(f'<path class="area {style}"{_series(series)} d="{path}"/>')

    def dot(self, x: float, y: float, style: str, tip: str, series: str = "", radius: float = 5.0) -> None:
        """Draw a point with a tip."""
        if math.isfinite(x) and math.isfinite(y):
            across, up = self.at(x, y)
            place = f'cx="{_n(across)}" cy="{_n(up)}" r="{_n(radius)}"'
            self.add(f'<circle class="dot {style}"{_series(series)} {place}{_tip(tip)}/>')

    def bar(self, left: Point, right: Point, style: str, tip: str, series: str = "") -> None:
        """Draw a box between two opposite corners."""
        (x1, y1), (x2, y2) = self.at(*left), self.at(*right)
        place = f'x="{_n(min(x1, x2))}" y="{_n(min(y1, y2))}" width="{_n(abs(x2 - x1))}" height="{_n(abs(y2 - y1))}"'
        self.add(f'<rect class="bar {style}"{_series(series)} {place} rx="2"{_tip(tip)}/>')

    def rule(self, start: Point, end: Point, style: str, tip: str = "", series: str = "") -> None:
        """Draw a straight line."""
        (x1, y1), (x2, y2) = self.at(*start), self.at(*end)
        place = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
        self.add(f'<line class="rule {style}"{_series(series)} {place}{_tip(tip)}/>')

    def text(self, x: float, y: float, text: str, style: str, anchor: str = "start") -> None:
        """Write at a place in units of the picture."""
        self.parts.append(
            Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
                style, _n(x), _n(y), anchor, text
            )
        )

    def add(self, markup: str) -> None:
        """Add an element whose text is already escaped."""
        self.parts.append(Markup(markup))  # noqa: S704 - made of numbers, and of words by `_tip` and `_series`

    def svg(self, says: str) -> Markup:
        """Return the picture; `says` is what it tells those who cannot see it."""
        head = Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">')
        return head.format(_n(WIDTH), _n(self.height), says) + Markup("").join(self.parts) + Markup("</svg>")


def nice(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers between two, about so many."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    raw = (high - low) / about
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if size * factor >= raw)
    first = math.ceil(low / step - 1e-9)
    return [round(step * count, 12) for count in range(first, math.floor(high / step + 1e-9) + 1)]


def short(value: float) -> str:
    """Write a number for an axis."""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"


def percent(value: float) -> str:
    """Write a share as percent."""
    return f"{100 * value:.3g} %"


def cut(text: str, letters: int) -> str:
    """Return a text that has room for so many letters."""
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _tip(text: str) -> str:
    return f' data-tip="{escape(text)}"' if text else ""


def _series(name: str) -> str:
    return f' data-series="{escape(name)}"' if name else ""
