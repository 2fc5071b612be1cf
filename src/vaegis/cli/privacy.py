"""`vaegis privacy`: what generated rows give away, whoever generated them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from vaegis.cli.options import AsJson, require_suffix
from vaegis.cli.output import emit, table

if TYPE_CHECKING:
    from vaegis.cli.audited import Tables
    from vaegis.evaluation.privacy.report import Report

EXITS: Final = {"no leak found": 0, "undecided": 1, "leaks": 7}


def privacy(  # noqa: PLR0913, PLR0917 - options of a command
    synthetic: Annotated[Path, typer.Argument(metavar="SYNTHETIC", help="Generated rows: CSV or Parquet.")],
    train: Annotated[Path, typer.Option(help="Rows that the generator was fitted on.")],
    holdout: Annotated[Path, typer.Option(help="Rows like those that it never saw.")],
    drop: Annotated[list[str] | None, typer.Option(help="Column to leave out; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="JSON file to write.")] = None,
    html: Annotated[Path | None, typer.Option(help="HTML page to write, one file.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same figures.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Audit the output of any generator for copies, membership and attribute leaks.

    Ends with 0 if no leak was found, 7 if generated rows leak, 1 if the rows are too few to tell.
    """
    from vaegis.cli.audited import read_tables  # noqa: PLC0415 - pandas
    from vaegis.durable import write_bytes, write_json  # noqa: PLC0415

    require_suffix(out, ".json", "--out")
    require_suffix(html, ".html", "--html")
    tables = read_tables(synthetic, train, holdout, drop or [])
    report = _audit(tables, seed)
    record = {**report.record(), "notes": tables.notes}
    if out is not None:
        write_json(out, record)
    if html is not None:
        from vaegis.evaluation.privacy.page import render  # noqa: PLC0415 - matplotlib

        write_bytes(html, render(report, tables.notes))
    written = [f"written to {path}" for path in (out, html) if path]
    emit(record, as_json, *_told(report, [*tables.notes, *written]))
    raise typer.Exit(EXITS[report.verdict.word])


def _audit(tables: "Tables", seed: int) -> "Report":
    from vaegis.evaluation.privacy.report import report_on  # noqa: PLC0415 - scikit-learn, seconds

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def told(name: str) -> None:
            progress.update(task, description=name.replace("_", " "))

        return report_on(tables.made, tables.train, tables.holdout, tables.columns, seed=seed, told=told)


def _told(report: "Report", notes: list[str]) -> list[RenderableType]:
    rows = report.rows
    beside = f"{rows['training']:,} training and {rows['holdout']:,} holdout rows"
    return [
        f"{report.verdict.word}: {report.verdict.reason}",
        f"{rows['generated']:,} generated rows beside {beside}; copies: all, else {rows['asked']:,} of each",
        _figures(report),
        *notes,
    ]


def _figures(report: "Report") -> Table:
    grid = table("figure", "value [95 %]", "limit", "")
    gates = {result.metric.rpartition("/")[2]: result for result in report.verdict.results}
    for name, figure in report.figures.items():
        gate = gates.get(name)
        limit = (gate.condition, gate.status) if gate else ("", "")
        grid.add_row(name.replace("_", " "), figure.text(), *limit)
    return grid
