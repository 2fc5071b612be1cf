"""A score beside what is asked of it: value, interval and bound on one line."""

import math
from typing import Final

from markupsafe import Markup

from vaegis.evaluation.report.deciding import Deciding
from vaegis.evaluation.report.naming import number
from vaegis.governance.gates import FAILED, PASSED, GateResult

_WIDTH: Final = 240.0
_HEIGHT: Final = 46.0
_LINE: Final = 16.0


def state_of(gate: GateResult) -> str:
    """Return the style of a gate's outcome: passed, failed, advice or open."""
    if gate.status == PASSED:
        return "passed"
    if gate.status == FAILED:
        return "failed" if gate.required else "advice"
    return "open"


def bullet(item: Deciding) -> Markup:
    """Draw the line; empty for a score without a value."""
    score, gate = item.score, item.gate
    if score.value is None:
        return Markup("")
    bound = None if gate is None else gate.bound
    marks = [mark for mark in (score.value, score.low, score.high, bound) if mark is not None and math.isfinite(mark)]
    low, high = min(marks), max(marks)
    pad = 0.35 * (high - low) or 0.5 * abs(high) or 1.0
    if score.unit.startswith("share"):  # a share never leaves its scale
        low, high = max(0.0, low - pad), min(1.0, high + pad)
    else:
        low, high = low - pad, high + pad
    width = (high - low) or 1.0

    def at(value: float) -> float:
        return round(6 + (value - low) / width * (_WIDTH - 12), 1)

    style = "s0" if gate is None else state_of(gate)
    parts = [Markup('<rect class="track" x="0" y="{}" width="{}" height="10" rx="5"/>').format(_LINE - 5, _WIDTH)]
    if gate is not None and bound is not None:
        parts.append(_side(gate, at(bound)))
    if score.low is not None and score.high is not None:
        span = Markup('<line class="span {}" x1="{}" x2="{}" y1="16" y2="16" stroke-linecap="round"/>')
        parts.append(span.format(style, at(score.low), at(score.high)))
    parts.append(Markup('<circle class="dot {}" cx="{}" cy="{}" r="6"/>').format(style, at(score.value), _LINE))
    label = f"{number(score.value)}" + ("" if bound is None else f", asked {gate.condition if gate else ''}")
    head = Markup('<svg class="bullet" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH, _HEIGHT, label)
    return head + Markup("").join(parts) + Markup("</svg>")


def _side(gate: GateResult, x: float) -> Markup:
    """Draw the bound, and tint the side that passes."""
    passes_right = gate.condition.startswith(">")
    start, width = (x, _WIDTH - x) if passes_right else (0.0, x)
    tint = Markup("")
    if gate.condition[:1] in ("<", ">"):
        half = Markup('<rect class="tint" x="{}" y="{}" width="{}" height="10" rx="5"/>')
        tint = half.format(start, _LINE - 5, round(max(width, 0.0), 1))
    line = Markup('<line class="bound" x1="{x}" x2="{x}" y1="4" y2="28"/>').format(x=x)
    anchor = "start" if x < 0.2 * _WIDTH else "end" if x > 0.8 * _WIDTH else "middle"
    words = Markup('<text x="{}" y="42" text-anchor="{}">{}</text>').format(x, anchor, gate.condition)
    return tint + line + words
