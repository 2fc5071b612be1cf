"""`vaegis diff`: what moved between two versions, in plain words."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vaegis import paths
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table
from vaegis.config.compare import CompareConfig
from vaegis.config.evaluate import EvaluateConfig
from vaegis.config.load import load_section
from vaegis.config.split import SplitConfig

if TYPE_CHECKING:
    from vaegis.evaluation.comparison.comparison import Comparison
    from vaegis.evaluation.comparison.contents import Change
    from vaegis.evaluation.comparison.rows import ComparedRows

_ADDRESS = "models:/NAME@ALIAS, models:/NAME/VERSION or a bundle folder"


def diff(
    candidate: Annotated[str, typer.Argument(metavar="A", help=f"{_ADDRESS}; empty: models/candidate.")] = "",
    champion: Annotated[str, typer.Argument(metavar="B", help=f"{_ADDRESS}; empty: the champion.")] = "",
    rows: Annotated[
        Path | None, typer.Option(help="Parquet file to measure both on; else the project's held-out rows and faults.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what moved beyond noise from B to A on the same rows, and what else differs: settings, data, policy."""
    from rich.console import Console  # noqa: PLC0415

    from vaegis.cli.versions import open_version  # noqa: PLC0415 - imports mlflow where an address needs it
    from vaegis.evaluation.comparison.contents import changes  # noqa: PLC0415
    from vaegis.registry.address import chosen_address  # noqa: PLC0415

    own = candidate or paths.CANDIDATE.as_posix()
    other = chosen_address(champion)
    with tempfile.TemporaryDirectory() as folder, Console(stderr=True).status(f"{own} beside {other}"):
        pair = [open_version(address, Path(folder) / side) for side, address in (("a", own), ("b", other))]
        differs = changes((pair[0][0].bundle, pair[1][0].bundle), (pair[0][1], pair[1][1]))
        compared = _measure(pair[0][0], pair[1][0], rows)
    record = {"candidate": own, "champion": other, **_record(compared), "changes": [asdict(item) for item in differs]}
    emit(record, as_json, *_told(compared), *_changed(differs))


def _measure(candidate: Any, champion: Any, file: Path | None) -> "Comparison | None":
    from vaegis.evaluation.comparison.compare import Task, compare  # noqa: PLC0415 - imports torch
    from vaegis.evaluation.comparison.load import task_of  # noqa: PLC0415

    if file is None and not (paths.SCHEMA.is_file() and paths.CLEAN_ROWS.is_file()):
        return None
    task = Task()
    if paths.PARAMS.is_file():
        task = task_of(load_section("evaluate", EvaluateConfig), load_section("compare", CompareConfig))
    return compare(candidate, champion, _rows(candidate.bundle, file), task)


def _rows(bundle: Path, file: Path | None) -> "ComparedRows":
    from vaegis.contract import TableSchema  # noqa: PLC0415
    from vaegis.data.tables import read_frame  # noqa: PLC0415
    from vaegis.evaluation.comparison.load import load_compared  # noqa: PLC0415
    from vaegis.evaluation.comparison.rows import ComparedRows  # noqa: PLC0415

    if file is not None:
        return ComparedRows.of(TableSchema.load(bundle / "schema.json"), read_frame(file))
    return load_compared(load_section("evaluate", EvaluateConfig), load_section("split", SplitConfig))


def _record(compared: "Comparison | None") -> dict[str, Any]:
    from vaegis.evaluation.comparison.words import tell_verdict, verdict_of  # noqa: PLC0415

    if compared is None:
        return {"verdict": None, "sentence": "", "comparison": None}
    return {"verdict": verdict_of(compared), "sentence": tell_verdict(compared), "comparison": compared.to_json()}


def _told(compared: "Comparison | None") -> list[Any]:
    from vaegis.evaluation.comparison.words import headline, plain_name, tell_columns, tell_verdict  # noqa: PLC0415

    if compared is None:
        return ["No rows to measure both on: --rows FILE, or run in the project."]
    reasons = []
    grid = table("metric", "B", "A", "A - B", "95 % interval", "")
    for item in headline(compared):
        numbers = (_number(item.champion), _number(item.candidate))
        if item.reason:
            grid.add_row(plain_name(item.metric), *numbers, "-", "-", f"[dim]{item.verdict}[/]")
            reasons.append(f"{plain_name(item.metric)}: not computable, because {item.reason}")
            continue
        apart, interval = f"{item.difference:+.3g}", f"{item.low:+.3g} to {item.high:+.3g}"
        style = {"better": "green", "worse": "red"}.get(item.verdict, "dim")
        grid.add_row(plain_name(item.metric), *numbers, apart, interval, f"[{style}]{item.verdict}[/]")
    columns = tell_columns(compared)
    single = [f"single columns given back {columns}"] if columns else []
    return [tell_verdict(compared), "", grid, *reasons, *single, *_apart(compared.unpaired)]


def _apart(unpaired: Mapping[str, str]) -> list[str]:
    if not unpaired:
        return []
    topics = [name.partition("/")[0] for name in unpaired if name.endswith("/*")]
    return [f"[dim]not compared row by row, with reasons in --json: the other figures of {', '.join(topics)}[/]"]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _changed(differs: "tuple[Change, ...]") -> list[Any]:
    if not differs:
        return ["", "Configuration, schema and data are the same."]
    grid = table("differs", "what", "B", "A")
    for item in differs:
        grid.add_row(item.about, item.name, item.champion, item.candidate)
    return ["", grid]
