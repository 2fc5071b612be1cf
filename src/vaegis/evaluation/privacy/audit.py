"""The whole audit of generated rows: every figure, and what the limits make of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.privacy.gates import GATES, PREFIX
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.privacy.questions import QUESTIONS
from vaegis.governance.gates import FAILED, GateResult
from vaegis.governance.judge import judge

CLEAN: Final = "no leak found"
UNDECIDED: Final = "undecided"
LEAKS: Final = "leaks"
_SHIFTED: Final = 0.7
"""`holdout_shift` from which on fresh rows are no measure of nearness: another time or place is farther by itself."""
_NEEDS_ALIKE: Final = tuple(f"{PREFIX}/{name}" for name in ("near_copy", "membership"))

Told = Callable[[str], None]
"""Hears which figure comes next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the limits make of the figures."""

    word: str
    """`no leak found`, `leaks`, or `undecided`: too few rows, or the audit would not have seen a leak."""
    reason: str
    results: tuple[GateResult, ...]


def ask(material: Material, told: Told = lambda _: None) -> dict[str, Estimate]:
    """Answer every question; what cannot be answered says why."""
    figures = {}
    for name, question in QUESTIONS.items():
        told(name)
        try:
            figures[name] = question.ask(material)
        except NotComputable as why:
            figures[name] = Estimate.absent(str(why))
    return figures


def decide(figures: Mapping[str, Estimate]) -> Verdict:
    """Hold the figures against the limits.

    A figure beyond its limit is a leak; one within, whose bound is not, is undecided, and so is an audit without power.
    Nearness to training rows is a leak only beside a holdout that is drawn like them.
    """
    metrics = {f"{PREFIX}/{name}": figure.value for name, figure in figures.items()}
    results = tuple(judge(gate, metrics, None, "accept") for gate in GATES)
    failed = [result for result in results if result.status == FAILED]
    shift = figures["holdout_shift"].value or 0.5
    measured = [r for r in failed if shift <= _SHIFTED or not r.metric.startswith(_NEEDS_ALIKE)]
    leaks = [result for result in measured if _is_leak(result, figures)]
    if leaks:
        return Verdict(word=LEAKS, reason="; ".join(_line(result, figures) for result in leaks), results=results)
    if failed:
        reason = "; ".join(_line(result, figures) for result in failed)
        advice = "take more rows"
        if len(measured) < len(failed):
            advice = f"holdout and training rows differ by themselves (AUROC {shift:.2f}): deal the holdout at random"
        return Verdict(word=UNDECIDED, reason=f"{reason}: {advice}", results=results)
    return Verdict(word=CLEAN, reason=f"{len(results)} of {len(results)} limits hold", results=results)


def _is_leak(result: GateResult, figures: Mapping[str, Estimate]) -> bool:
    name, of_bound, _ = result.metric.removeprefix(f"{PREFIX}/").rpartition("_bound")
    value = figures[name].value if of_bound else None
    return value is not None and result.bound is not None and value > result.bound


def _line(result: GateResult, figures: Mapping[str, Estimate]) -> str:
    figure = figures[result.metric.removeprefix(f"{PREFIX}/")]
    return f"{result.name}: {result.reason if figure.value is not None else figure.text()}"
