"""The report: one HTML file with everything in it, the same bytes for the same files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.comparison.words import plain_name, tell_verdict
from vaegis.evaluation.report import naming
from vaegis.evaluation.report.bullet import bullet, state_of
from vaegis.evaluation.report.cards import About, Card
from vaegis.evaluation.report.chart import Chart
from vaegis.evaluation.report.charts import CHARTS
from vaegis.evaluation.report.deciding import Deciding, choose_deciding, gates_of, score_of
from vaegis.evaluation.report.forest import forest
from vaegis.evaluation.report.material import Material, Score
from vaegis.evaluation.report.pictures import Picture, place_pictures
from vaegis.evaluation.report.places import place_of
from vaegis.evaluation.report.recommendation import recommend
from vaegis.governance.gates import FAILED
from vaegis.governance.verdict import Verdict

_TEMPLATES: Final = Path(__file__).with_name("templates")
_SHOWN: Final = 14
"""Scores of a topic that are not folded away."""
_LINES: Final = 200
"""Lines of a table on the page; the file has all."""
_NUMERIC: Final = re.compile(r"-|[-+]?[\d,]*\.?\d+(e[-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: int
    """Lines the whole table has, where not all are shown; else 0."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A section of the page."""

    name: str
    heading: str
    question: str
    scores: tuple[tuple[bool, tuple[Score, ...]], ...]
    """Those that are shown (True), and those folded away."""
    charts: tuple[Chart, ...]
    figures: tuple[Picture, ...]
    tables: tuple[tuple[str, str, Grid], ...]


def render(
    material: Material,
    about: About,
    verdict: Verdict | None,
    comparison: Comparison | None,
    cards: tuple[Card, Card],
) -> str:
    """Return the page; `cards` are the model card and the data card."""
    gates = () if verdict is None else sorted(verdict.gates, key=lambda gate: gate.status != FAILED)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            about=about,
            found=recommend(material, verdict, comparison, about.approvals),
            verdict=verdict,
            gates=gates,
            tiles=[_tile(item) for item in choose_deciding(material, verdict)],
            topics=_topics(material, verdict),
            scores=material.scores,
            comparison=comparison,
            compared="" if comparison is None else tell_verdict(comparison),
            forest=None if comparison is None else forest(comparison),
            model_card=cards[0],
            data_card=cards[1],
            gates_of=gates_of,
            gate_score=partial(score_of, material),
        )
    )


def environment() -> Environment:
    """Return what fills the templates of this folder."""
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["code"] = _code
    found.filters["sentence"] = naming.sentence
    found.tests["numeric_text"] = lambda text: bool(_NUMERIC.fullmatch(str(text)))
    found.globals |= {
        "anchor": naming.anchor,
        "title_of": naming.title_of,
        "interval_text": naming.interval_text,
        "number": naming.number,
        "unit_of": naming.unit_of,
        "plain_name": plain_name,
        "state_of": state_of,
        "css": Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        "js": Markup((_TEMPLATES / "report.js").read_text(encoding="utf-8")),  # noqa: S704 - ours
    }
    return found


def _code(text: str) -> Markup:
    """Turn `words` in backticks into code."""
    parts = str(text).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )


def _tile(item: Deciding) -> dict[str, Any]:
    state = "open" if item.gate is None else state_of(item.gate)
    return {"score": item.score, "gate": item.gate, "state": state, "bullet": bullet(item)}


def _topics(material: Material, verdict: Verdict | None) -> list[Topic]:
    charts = _charts(material)
    replaced = tuple(CHARTS[name][2] for name in charts if CHARTS[name][2])
    pictures = place_pictures(material.figures, material.topics, replaced)
    tables = {name: table for name, table in material.tables.items() if name not in ("history", "curve") and len(table)}
    return [
        Topic(
            name=topic,
            heading=naming.topic_of(topic)[0],
            question=naming.topic_of(topic)[1],
            scores=_ranked([score for score in material.scores if score.topic == topic], verdict),
            charts=tuple(chart for home, chart in charts.values() if home == topic),
            figures=tuple(pictures.get(topic, ())),
            tables=tuple(
                (name, _table_title(material, name), _grid(table))
                for name, table in tables.items()
                if (CHARTS[name][0] if name in CHARTS else place_of(name, material.topics)) == topic
            ),
        )
        for topic in material.topics
    ]


def _charts(material: Material) -> dict[str, tuple[str, Chart]]:
    made = {name: draw(material.tables[name]) for name, (_, draw, _) in CHARTS.items() if name in material.tables}
    return {name: (CHARTS[name][0], chart) for name, chart in made.items() if chart is not None}


def _ranked(scores: Sequence[Score], verdict: Verdict | None) -> tuple[tuple[bool, tuple[Score, ...]], ...]:
    """Return the scores: what gates ask for, what says better or worse, the others; without a number last."""
    order = sorted(
        scores, key=lambda score: (not gates_of(verdict, score), score.value is None, score.direction == "neutral")
    )
    parts = ((True, tuple(order[:_SHOWN])), (False, tuple(order[_SHOWN:])))
    return tuple(part for part in parts if part[1])


def _table_title(material: Material, name: str) -> str:
    title = material.titles.get(name) or name.replace("_", " ")
    return title[:1].upper() + title[1:]


def _grid(table: pd.DataFrame) -> Grid:
    shown = table.head(_LINES)
    columns = [[_cell(value) for value in shown[name]] for name in shown]
    return Grid(
        tuple(map(str, table.columns)), tuple(zip(*columns, strict=True)), len(table) if len(table) > _LINES else 0
    )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return (
            "-" if np.isnan(value) else f"{value:,.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.4g}"
        )
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
