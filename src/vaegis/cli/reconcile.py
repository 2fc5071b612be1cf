"""`vaegis reconcile`: the registry against the audit log."""

from dataclasses import asdict
from typing import Annotated

import typer

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table


def reconcile(
    models: Annotated[list[str] | None, typer.Argument(help="Registered models; none: all.")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Put protected aliases back to what the log says.")] = False,
    as_json: AsJson = False,
) -> None:
    """Report any drift between audit log and registry; exit code 1 if there is some."""
    from vaegis.registry.reconcile import reconcile as hold_together  # noqa: PLC0415 - mlflow: seconds

    report = hold_together(models or (), repair=repair)
    grid = table("model", "drift", "what")
    for drift in report.drifts:
        grid.add_row(drift.model or "(database)", drift.kind, drift.what)
    done = [f"settled: intent {entry.body['intent']} ended as {entry.event}" for entry in report.settled]
    done += [f"restored: {entry.body['model']} (audit log entry {entry.seq})" for entry in report.repaired]
    lines = [*done, *([] if report.drifts else ["registry and audit log agree"])]
    record = {
        "drifts": [asdict(drift) for drift in report.drifts],
        "settled": [asdict(entry) for entry in report.settled],
        "restored": [asdict(entry) for entry in report.repaired],
    }
    emit(record, as_json, *lines, *([grid] if report.drifts else []))
    if report.drifts:
        raise typer.Exit(1)
