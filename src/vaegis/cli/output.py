"""Rich text for people, JSON for machines."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vaegis.durable import finite


def emit(value: Any, as_json: bool, *renderables: RenderableType) -> None:
    """Print `value` as JSON, or the renderables for a person.

    JSON goes out as it is; rich would wrap it at the terminal's width.
    """
    if as_json:
        typer.echo(json.dumps(finite(value), sort_keys=True, indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    for renderable in renderables:
        console.print(renderable)


def table(*columns: str) -> Table:
    """Return an empty table in the house's look."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid


@contextmanager
def progress(unit: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on the terminal, if there is one, and yield what moves it on by a number of steps."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(unit, total=total)
        yield lambda steps: bar.advance(task, steps)
