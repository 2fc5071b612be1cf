"""An audit as one HTML page that needs nothing beside it."""

import base64
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined

from vaegis.evaluation.privacy.audit import CLEAN, LEAKS, UNDECIDED
from vaegis.evaluation.privacy.draw import closest_rows
from vaegis.evaluation.privacy.questions import QUESTIONS
from vaegis.evaluation.privacy.report import Report

_HEADLINES: Final = {
    CLEAN: ("No leak of training rows was found", "good"),
    UNDECIDED: ("Undecided: these rows cannot tell", "doubt"),
    LEAKS: ("Generated rows leak training rows", "bad"),
}
_TITLES: Final = {"secrets": "Columns guessed from the others", "rare_levels": "Rare levels"}


def render(report: Report, notes: Sequence[str]) -> bytes:
    """Return the page."""
    source = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    headline, tone = _HEADLINES[report.verdict.word]
    return page.render(
        headline=headline,
        tone=tone,
        verdict=report.verdict,
        rows=report.rows,
        figures=[(name, figure, QUESTIONS[name]) for name, figure in report.figures.items()],
        tables=[(_TITLES[name], table) for name, table in report.tables.items()],
        picture=_picture(report),
        notes=notes,
    ).encode()


def _picture(report: Report) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "distances.png"
        closest_rows(path, report.distances)
        return base64.b64encode(path.read_bytes()).decode()
