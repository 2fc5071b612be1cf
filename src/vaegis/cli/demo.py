"""`vaegis demo`: what Vaegis refuses, shown on a throwaway registry."""

import io
import logging
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from vaegis.cli.options import AsJson, require_suffix
from vaegis.cli.output import emit
from vaegis.durable import write_bytes

demo = typer.Typer(help="Demonstrations on throwaway copies: tamper.", no_args_is_help=True)
_WIDTH = 118


@demo.callback()
def demonstrations() -> None:
    """Demonstrations on throwaway copies."""


@demo.command()
def tamper(
    svg: Annotated[Path | None, typer.Option(help="Write a picture of what was shown.")] = None,
    as_json: AsJson = False,
) -> None:
    """Attack a registered model in four ways; left what plain MLflow does, right what Vaegis does. Half a minute."""
    require_suffix(svg, ".svg", "--svg")
    from vaegis.registry.tamper import run_attacks  # noqa: PLC0415 - mlflow, torch: seconds

    said_twice = logging.getLogger("vaegis.registry.last_good")  # the last column shows what it warns of
    level = said_twice.level
    said_twice.setLevel(logging.ERROR)
    try:
        shown = run_attacks()
    finally:
        said_twice.setLevel(level)
    record = [attack.to_json() for attack in shown]
    if svg is not None:
        write_bytes(svg, _picture(record).encode())
    emit(record, as_json, _grid(record))


def _picture(record: list[dict[str, Any]]) -> str:
    """Return what the terminal shows as SVG; it loads no font from elsewhere."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(_grid(record))
    return re.sub(r"\s*@font-face \{.*?\}", "", console.export_svg(title="vaegis demo tamper"), flags=re.DOTALL)


def _grid(record: list[dict[str, Any]]) -> Table:
    grid = Table(show_lines=True, header_style="bold", width=_WIDTH)
    for column in ("attack", "plain MLflow", "vaegis.load", "keep_last_good"):
        grid.add_column(column, overflow="fold", ratio=1 if column == "attack" else 2)
    for item in record:
        grid.add_row(item["attack"], item["plain"], item["vaegis"], item["last_good"])
    return grid
