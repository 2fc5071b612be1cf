"""The page's pictures as inline SVG; colours come from the page's style. B batches."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

SHOWN: Final = 60
"""Batches in the map of checks, the last ones."""
_LINES: Final = ("total", "inputs", "missing", "reconstruction", "latents")
_WIDTH: Final = 1100.0
_LEFT: Final = 190.0

Record = Mapping[str, Any]


def evidence(history: Sequence[Record]) -> Markup:
    """Draw the evidence after each batch on a logarithmic scale, with the level of an alarm."""
    height, bottom = 300.0, 34.0
    alarm = history[-1]["evidence"]["alarm_from"]
    # What does not bet has no number, and its line stays at the start.
    paths = {name: [1.0, *(max(item["evidence"].get(name, 1.0), 1e-3) for item in history)] for name in _LINES}
    values = [*(value for path in paths.values() for value in path), 10.0 * alarm]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def across(step: int) -> float:
        return 60.0 + step / len(history) * (_WIDTH - 170.0)

    def up(value: float) -> float:
        return 12.0 + (high - math.log10(value)) / (high - low) * (height - bottom - 12.0)

    parts = []
    for power in range(low, high + 1):
        y = up(10.0**power)
        parts.append(f'<line class="grid" x1="60" x2="{_WIDTH - 110:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="tick" x="52" y="{y + 4:.1f}" text-anchor="end">{_power(power)}</text>')
    y = up(alarm)
    parts.append(f'<line class="alarm" x1="60" x2="{_WIDTH - 110:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>')
    for name in reversed(_LINES):
        points = " ".join(f"{across(step):.1f},{up(value):.1f}" for step, value in enumerate(paths[name]))
        parts.append(f'<polyline class="line {name}" points="{points}"><title>{name}</title></polyline>')
    ends = {name: up(paths[name][-1]) for name in _LINES} | {f"alarm from {alarm:g}": y}
    for name, y in _apart(ends).items():
        parts.append(f'<text class="end {name.partition(" ")[0]}" x="{_WIDTH - 104:.0f}" y="{y + 4:.1f}">{name}</text>')
    parts += _dates(history, lambda place: across(place + 1), height - 8.0)
    return _svg(parts, _WIDTH, height, "Evidence over time")


def checks(history: Sequence[Record]) -> Markup:
    """Draw how far beyond usual each check was, batch by batch; a ring: changed, a dot: further out than ever seen."""
    history = list(history)[-SHOWN:]
    names = list(dict.fromkeys(item["check"] for record in history for item in record["findings"]))
    if not names:
        return Markup()
    cell, row = (_WIDTH - _LEFT - 10.0) / len(history), 22.0
    parts = []
    for line, name in enumerate(names):
        y = 6.0 + line * row
        parts.append(
            f'<text class="tick" x="{_LEFT - 10:.0f}" y="{y + 15:.0f}" text-anchor="end">{escape(name)}</text>'
        )
        for place, record in enumerate(history):
            found = next((item for item in record["findings"] if item["check"] == name), None)
            parts.append(_cell(found, record, _LEFT + place * cell, y, min(cell - 1.5, 40.0)))
    height = 6.0 + len(names) * row + 26.0
    parts += _dates(history, lambda place: _LEFT + place * cell + 4.0, height - 6.0)
    return _svg(parts, _WIDTH, height, "Checks by batch")


def histogram(column: Mapping[str, Any]) -> Markup:
    """Draw a column's shares by bin: the reference's season behind, the batch in front."""
    width, height, bottom, bins = 340.0, 170.0, 34.0, column["bins"]
    top = max([*column["batch"], *column["season"], 1e-9])
    slot = (width - 20.0) / len(bins)
    parts = []
    for place, label in enumerate(bins):
        x = 10.0 + place * slot
        for side, (left, share) in {"season": (0.04, 0.92), "batch": (0.26, 0.48)}.items():
            tall = column[side][place] / top * (height - bottom - 8.0)
            title = f"<title>{escape(label)}: {side} {column[side][place]:.1%}</title>"
            where = f'x="{x + left * slot:.1f}" y="{height - bottom - tall:.1f}"'
            parts.append(f'<rect class="{side}" {where} width="{share * slot:.1f}" height="{tall:.1f}">{title}</rect>')
    shown = range(0, len(bins), max(1, math.ceil(len(bins) / 5)))
    for place in [*(place for place in shown if place < len(bins) - 2), len(bins) - 1]:
        # A number's bin ends at its edge, a level's name stands below its middle.
        x = 10.0 + (place + (0.5 if column["discrete"] or place == len(bins) - 1 else 1.0)) * slot
        word = escape(str(bins[place])[:9])
        x, anchor = (width - 4.0, "end") if place == len(bins) - 1 else (x, "middle")
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{height - bottom + 16:.0f}" text-anchor="{anchor}">{word}</text>'
        )
    parts.append(f'<line class="axis" x1="10" x2="{width - 10:.0f}" y1="{height - bottom}" y2="{height - bottom}"/>')
    return _svg(parts, width, height, f"{column['column']}: batch and season")


def _cell(found: Mapping[str, Any] | None, record: Record, x: float, y: float, side: float) -> str:
    if found is None or found["effect"] is None:
        return f'<rect class="none" x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="19"/>'
    strength = min(1.0, found["effect"] / max(4.0 * found["floor"], 1e-9))
    told = f"{record['first'][:10]}, {found['check']}: {found['verdict']}, effect {found['effect']:.3f}"
    mark = {"changed": " changed", "underpowered": " far"}.get(found["verdict"], "")
    where = f'x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="19"'
    return f'<rect class="cell{mark}" {where} style="--s:{strength:.2f}"><title>{escape(told)}</title></rect>'


def _dates(history: Sequence[Record], across: Any, y: float) -> list[str]:
    step = max(1, math.ceil(len(history) / 9))
    return [
        f'<text class="tick" x="{across(place):.1f}" y="{y:.1f}">{history[place]["first"][:10]}</text>'
        for place in range(0, len(history), step)
    ]


def _apart(places: Mapping[str, float], gap: float = 15.0) -> dict[str, float]:
    """Move labels that would stand on each other."""
    moved: dict[str, float] = {}
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        moved[name] = max([place, *(other + gap for other in moved.values())])
    return moved


def _power(power: int) -> str:
    return f"{10.0**power:g}" if -3 <= power <= 4 else f"1e{power}"


def _svg(parts: Sequence[str], width: float, height: float, title: str) -> Markup:
    inside = "".join(parts)
    box = f'viewBox="0 0 {width:.0f} {height:.0f}"'
    return Markup(f'<svg {box} role="img" aria-label="{escape(title)}">{inside}</svg>')  # noqa: S704 - texts are escaped
