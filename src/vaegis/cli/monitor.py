"""`vaegis monitor`: new rows against what the model knows."""

import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from vaegis import paths
from vaegis.cli.options import Address, AsJson
from vaegis.cli.output import emit, table

Rows = Annotated[Path | None, typer.Option(help="Parquet file of new rows; else the feature store is asked.")]
Start = Annotated[
    str, typer.Option(help="First day, e.g. 2015-03-01; empty: the file's, or the one after the last that was judged.")
]
Stop = Annotated[str, typer.Option(help="Day before which to stop; empty: the newest row.")]
Folder = Annotated[Path, typer.Option(help="Where state, records and pages are kept.")]
Tracked = Annotated[bool, typer.Option("--mlflow/--no-mlflow", help="A run for each batch.")]


def monitor(
    model: Address = "",
    rows: Rows = None,
    start: Start = "",
    stop: Stop = "",
    folder: Folder = paths.MONITORING,
    tracked: Tracked = True,
    as_json: AsJson = False,
) -> None:
    """Say whether new rows are still like those the model knows: ends with 0 (fine), 10 (warning) or 20 (alarm).

    The same batch twice changes nothing. More days than monitor.batch_days are judged as several batches: the worst of
    them decides how it ends.
    """
    from rich.progress import Progress  # noqa: PLC0415

    from vaegis.monitoring.new_rows import judged  # noqa: PLC0415 - imports torch
    from vaegis.monitoring.telling import tell_of  # noqa: PLC0415
    from vaegis.monitoring.watched import open_watch  # noqa: PLC0415

    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    address, watch = open_watch(model, folder)
    with Progress(*Progress.get_default_columns(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("judging", total=None)
        records = judged(
            watch, rows, start, stop, lambda record: bar.update(task, advance=1, description=record["first"][:10])
        )
    page, untold = tell_of(watch, records, address, folder, tracked=tracked)
    record = {"model": address, "page": str(page), "mlflow": untold or "logged", "batches": list(map(_plain, records))}
    emit(record, as_json, *_told(records, address), f"page      {page}", *([untold] if untold else []))
    raise typer.Exit(max(int(item["exit_code"]) for item in records))


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the pictures' numbers out."""
    return {key: value for key, value in record.items() if key != "columns"}


def _told(records: list[dict[str, Any]], address: str) -> list[Any]:
    from vaegis.monitoring.publish import tell  # noqa: PLC0415

    grid = table("from", "to", "rows", "evidence", "status", "")
    for item in records:
        style = {"alarm": "red", "fine": "green"}.get(item["status"], "yellow")
        note = "judged before" if item["repeated"] else _changed(item)
        evidence = f"{item['evidence']['total']:.3g}"
        words = (item["first"][:10], item["last"][:10], f"{item['rows']:,}", evidence)
        grid.add_row(*words, f"[{style}]{item['status']}[/]", note)
    return [tell(records, address), grid]


def _changed(record: Mapping[str, Any]) -> str:
    return ", ".join(item["check"] for item in record["findings"] if item["verdict"] == "changed")
