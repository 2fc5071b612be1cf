"""`vaegis explain`: one row of an entity on one page."""

import gc
import re
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from vaegis import paths
from vaegis.cli.options import Address, AsJson, require_suffix
from vaegis.cli.output import cell, emit, table
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.load import load_section
from vaegis.config.split import SplitConfig
from vaegis.durable import write_bytes

_ENTITY: Final = "Whose row: its key, or all its keys joined by |."
_TIME: Final = "When, e.g. '2015-03-04 10:20' (UTC); may be left out where the entity has one row."
_ROWS: Final = "Parquet file of other rows; else the project's, with those that a rule set aside."


def explain(
    entity: Annotated[str, typer.Argument(help=_ENTITY)],
    time: Annotated[str, typer.Argument(help=_TIME)] = "",
    model: Address = "",
    rows: Annotated[Path | None, typer.Option(help=_ROWS)] = None,
    out: Annotated[Path | None, typer.Option(help="HTML file to write; else one in incidents/.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a page about one row: the day around it, the guilty columns, what normal was, similar incidents."""
    require_suffix(out, ".html", "--out")
    with _uncollected():
        from vaegis.cli.model import open_traced  # noqa: PLC0415 - imports torch
        from vaegis.evaluation.incident.card import Question, make_card  # noqa: PLC0415
        from vaegis.evaluation.incident.page import render  # noqa: PLC0415
        from vaegis.evaluation.incident.window import Files  # noqa: PLC0415

        origin, judge = open_traced(model)
    pulled = paths.PULLED_ROWS if paths.PULLED_ROWS.is_file() else paths.CLEAN_ROWS
    rate = (load_section("evaluate", EvaluateConfig) if paths.PARAMS.is_file() else EvaluateConfig()).false_alarm_rate
    files = Files(rows=pulled, broken=paths.QUARANTINE) if rows is None else Files(rows=rows)
    card = make_card(
        judge,
        Question(
            entity=entity,
            time=time,
            files=files,
            test=rows or paths.CLEAN_ROWS,
            split=load_section("split", SplitConfig) if rows is None else None,
            rate=rate,
            origin=origin,
        ),
    )
    file = out or paths.INCIDENTS / f"{_file_name(card.window.row_id)}.html"
    write_bytes(file, render(card).encode())
    if show:
        webbrowser.open(file.absolute().as_uri())
    told = card.to_json()
    emit({**told, "page": str(file)}, as_json, *_told(told), f"page      {file}")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage while libraries load, nor later among what they made: it stays; looking takes a second."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _file_name(row_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", row_id.replace(":", "")).strip("-.")


def _told(told: dict[str, Any]) -> list[Any]:
    head = (
        f"{told['entity']} at {told['time']}: {told['state']}, p-value {told['pvalue']:.3g} by {told['model']['model']}"
    )
    rules = [f"rule      {rule['expectation']} on {rule['column']}: {rule['value']}" for rule in told["rules"]]
    grid = table("column", "observed", "normal", "unit", "share of the score")
    for reason in told["reasons"]:
        words = (
            cell(reason["observed"], "missing"),
            cell(reason["normal"], "missing"),
            reason["unit"],
            f"{reason['share']:.0%}",
        )
        grid.add_row(reason["column"], *words)
    alike = [f"similar   {item['entity']} at {item['time']}, {item['likeness']:.0%} alike" for item in told["similar"]]
    return [head, *rules, grid, *alike]
