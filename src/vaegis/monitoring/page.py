"""One HTML file about the last batch and all before it: no script, no address outside, the same bytes for the same."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vaegis.monitoring import pictures
from vaegis.monitoring.judge import CHANGED, NO_DATA, UNDERPOWERED
from vaegis.monitoring.reference import Reference
from vaegis.monitoring.watch import Watch

_TEMPLATES: Final = Path(__file__).with_name("templates")
_ORDER: Final = (CHANGED, UNDERPOWERED, "too small to matter", "usual", NO_DATA)
_DRAWN: Final = 9
"""Columns whose histograms are shown, those furthest out first."""


def render(watch: Watch, history: Sequence[Mapping[str, Any]], last: Mapping[str, Any], address: str) -> str:
    """Return the page."""
    findings = sorted(last["findings"], key=lambda item: (_ORDER.index(item["verdict"]), -(item["effect"] or 0.0)))
    return (
        Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        .get_template("monitor.html.j2")
        .render(
            model=address,
            last=last,
            history=history,
            findings=findings,
            evidence=pictures.evidence(history),
            checks=pictures.checks(history),
            histograms=[(item["column"], pictures.histogram(item)) for item in _furthest(last, findings)],
            reference=about(watch.reference),
            config=watch.config,
            counts={word: sum(item["status"] == word for item in history) for word in ("fine", "warning", "alarm")},
        )
    )


def about(reference: Reference) -> dict[str, Any]:
    """Say what a reference holds, for whoever asks what of their rows is in it."""
    return {
        "blocks": len(reference.start_B),
        "unit": reference.unit,
        "held": int(reference.held_B.sum()),
        "rows": int(reference.rows_B.sum()),
        "year": reference.spans_a_year,
        "features": reference.features.width,
    }


def _furthest(last: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    columns = {item["column"]: item for item in last["columns"]}
    return [columns[item["check"]] for item in findings if item["check"] in columns][:_DRAWN]
