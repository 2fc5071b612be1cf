"""The page of one row: one HTML file with everything in it, the same bytes for the same rows and model."""

from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.evaluation.incident import charts
from vaegis.evaluation.incident.card import Card
from vaegis.evaluation.report.chart import Chart
from vaegis.evaluation.report.naming import number
from vaegis.evaluation.report.page import environment
from vaegis.evaluation.report.svg import cut
from vaegis.evaluation.rows import varies

_SHOWN: Final = 4
"""Columns drawn at once; the others are folded away."""
_LETTERS: Final = 100
"""Of a text: nobody reads two million on a page."""
_COLOUR: Final = {"usual": "promote", "anomalous": "refuse", "set aside": "refuse"}


def render(card: Card) -> str:
    """Return the page."""
    guilty = card.guilty()
    drawn = _columns(card)
    first = [name for name in card.normal.columns if name in drawn][:_SHOWN]
    shown = first or list(drawn)[:_SHOWN]
    return (
        environment()
        .get_template("incident.html.j2")
        .render(
            card=card,
            entity=card.question.entity,
            when=f"{card.moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00"),
            colour=_COLOUR[card.state],
            headline=headline(card),
            guilty=guilty,
            missing=any(item["observed"] is None for item in guilty),
            share=sum(item["share"] for item in guilty),
            told=_told,
            shown=[drawn[name] for name in shown],
            others=[drawn[name] for name in drawn if name not in shown],
            beside=_beside(card),
            score=charts.score(_scores(card), card.model.calibration.threshold(card.question.rate), card.question.rate),
            blame=charts.blame(card.blame, card.search.found),
            about=about(card),
        )
    )


def headline(card: Card) -> str:
    """Say in a line what is the matter with the row."""
    if card.window.rules:
        rule = card.window.rules[0]
        return f"{rule['expectation']} failed on {rule['column']}: {cut(rule['value'], _LETTERS)}"
    worst = max(card.guilty(), key=_beyond)
    unit = f" {worst['unit']}" if worst["unit"] else ""
    seen = f"{worst['column']} is {_told(worst['observed'])}{unit}"
    if not card.flagged:
        return f"the furthest from usual is {seen}, and that happens"
    return f"{seen} where {_told(worst['normal'])}{unit} would be normal"


def about(card: Card) -> list[tuple[str, str]]:
    """Say what the page was made from."""
    window = card.window
    return [
        *card.question.origin.items(),
        ("content digest", card.model.content_digest or "unknown"),
        ("row", window.row_id),
        ("rows read from", str(card.question.files.rows)),
        ("calibration rows", f"{len(card.model.calibration.scores_M):,}"),
    ]


def _columns(card: Card) -> dict[str, Chart]:
    """Draw every feature over the window, the guiltiest first."""
    expected, low, high = card.model.predictive(card.window.rows)
    levels = card.model.expect(card.window.rows)
    drawn: dict[str, Chart] = {}
    for name in card.lines["column"]:
        column = card.model.schema.column(name)
        cells = {"observed": card.window.rows[name]}
        if name in expected:
            cells |= {"expected": expected[name], "low": low[name], "high": high[name]}
            chart = charts.amount(_course(card, cells), column, _note(card, name))
        else:
            chart = charts.level(_course(card, cells | {"expected": levels[name]}), column)
        if chart is not None:
            drawn[name] = chart
    return drawn


def _beside(card: Card) -> list[Chart]:
    """Draw the numbers that were recorded but that the model does not read, where they move."""
    columns = [
        column for column in card.model.schema.with_role("context") if column.kind in ("numeric", "count", "angle")
    ]
    drawn = []
    for column in columns:
        if column.name in card.window.rows and varies(card.window.rows[column.name]):
            nothing = pd.Series(np.nan, index=card.window.rows.index)
            cells = {"observed": card.window.rows[column.name], **dict.fromkeys(("expected", "low", "high"), nothing)}
            drawn.append(charts.amount(_course(card, cells), column))
    return [chart for chart in drawn if chart is not None]


def _note(card: Card, name: str) -> str:
    words = card.model.schema.column(name).description
    share = card.blame[name]
    return f"{words}{'; ' * bool(words)}{share:.0%} of the score above usual" if share >= 0.01 else words


def _scores(card: Card) -> charts.Course:
    return _course(card, {"observed": card.model.score(card.window.rows)})


def _course(card: Card, cells: dict[str, pd.Series]) -> charts.Course:
    times = pd.to_datetime(card.window.rows[card.model.schema.time], utc=True)
    return charts.Course(
        hours_N=((times - card.moment).dt.total_seconds() / 3600.0).to_numpy(),
        names_N=times.dt.strftime("%Y-%m-%d %H:%M").tolist(),
        moment=card.moment,
        place=card.window.place,
        values=pd.DataFrame(cells),
        set_aside_N=card.window.set_aside,
    )


def _beyond(item: dict[str, Any]) -> float:
    """Return how far a guilty column lies from normal, half-widths of its band; of a level: 1 if it is another."""
    if item["low"] is None or item["observed"] is None or item["high"] <= item["low"]:
        return float(item["observed"] not in (None, item["normal"]))
    half = 0.5 * float(item["high"] - item["low"])
    return abs(float(item["observed"]) - float(item["normal"])) / half


def _told(cell: Any) -> str:
    if cell is None:
        return "missing"
    return (
        number(float(cell))
        if isinstance(cell, int | float) and not isinstance(cell, bool)
        else cut(str(cell), _LETTERS)
    )
