"""`vaegis doctor`: what this machine and project have, what is missing, and how to mend it."""

from dataclasses import asdict
from typing import Final

import typer

from vaegis.cli.checkup import CHECKS, MISSING
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table

_STYLES: Final = {"ok": "green", "note": "yellow", "missing": "red"}


def doctor(as_json: AsJson = False) -> None:
    """Look at environment, stores and registry; ends with 1 if something is missing."""
    findings = [check() for check in CHECKS]
    grid = table("", "what", "found", "mend")
    for finding in findings:
        style = _STYLES[finding.state]
        grid.add_row(f"[{style}]{finding.state}[/{style}]", finding.what, finding.found, finding.mend)
    emit([asdict(finding) for finding in findings], as_json, grid)
    if any(finding.state == MISSING for finding in findings):
        raise typer.Exit(1)
