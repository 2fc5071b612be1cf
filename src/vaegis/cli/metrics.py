"""`vaegis metrics`: what every metric means, and what it came to."""

from typing import Annotated, Any

import typer
from rich.table import Table

from vaegis import paths
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table
from vaegis.durable import read_json
from vaegis.errors import ConfigError


def metrics(
    wanted: Annotated[str, typer.Argument(metavar="[NAME]", help="A topic or a part of a name; empty: all.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what each metric measures, which way is better, what is good, and what the last evaluation found."""
    measured = paths.EVIDENCE.is_file()
    known = read_json(paths.EVIDENCE) if measured else _declared()
    found = {name: about for name, about in sorted(known.items()) if wanted in name}
    if not found:
        topics = ", ".join(sorted({name.partition("/")[0] for name in known}))
        raise ConfigError(f"no metric has {wanted!r} in its name", allowed=f"topics: {topics}", where="vaegis metrics")
    emit(found, as_json, _grid(found, measured))


def _declared() -> dict[str, Any]:
    from vaegis.evaluation.metrics import METRICS  # noqa: PLC0415 - loads torch, seconds

    keys = ("definition", "unit", "direction", "reading", "tier")
    return {name: {key: getattr(spec, key) for key in keys} for name, spec in METRICS.items()}


def _grid(found: dict[str, Any], measured: bool) -> Table:
    grid = table("metric", *(["value"] if measured else []), "better", "what it is, and what is good")
    for name, about in found.items():
        meaning = f"{about['definition']}\n[dim]{about['reading']}[/dim]"
        grid.add_row(name, *([_value(about)] if measured else []), about["direction"], meaning)
    return grid


def _value(about: dict[str, Any]) -> str:
    if about["value"] is None:
        return f"not computable, because {about['reason']}"
    ends = "" if about["low"] is None else f"\n[dim]{about['low']:.4g} to {about['high']:.4g}[/dim]"
    return f"{about['value']:.4g} {about['unit']}".strip() + ends
