"""Rich text for people, JSON for machines."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vaegis.durable import finite

_UNBOUND: Final = 100_000
"""Letters in a line where nobody's terminal ends it."""


def emit(value: Any, as_json: bool, *renderables: RenderableType) -> None:
    """Print `value` as JSON, or the renderables for a person.

    JSON goes out as it is; rich would wrap it at the terminal's width. Nor is anything cut for a file or a pipe.
    """
    if as_json:
        typer.echo(json.dumps(finite(value), sort_keys=True, indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.width = console.width if console.is_terminal else _UNBOUND
    with console.capture() as captured:
        for renderable in renderables:
            console.print(renderable)
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def table(*columns: str) -> Table:
    """Return an empty table in the house's look; the first column says what a row is about and is never broken."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, column in enumerate(columns):
        grid.add_column(column, overflow="fold", no_wrap=place == 0)
    return grid


def cell(value: Any, missing: str = "") -> str:
    """Return a value for a column of a table: numbers to four digits."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return missing
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@contextmanager
def progress(unit: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on the terminal, if there is one, and yield what moves it on by a number of steps."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(unit, total=total)
        yield lambda steps: bar.advance(task, steps)
