"""`vaegis init`: from a table, or a Feast repository, to a project that runs."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit

if TYPE_CHECKING:
    from vaegis.inference.inference import Doubt
    from vaegis.project.survey import Survey

QUESTIONS: Final = 3
_NAMES_SHOWN: Final = 6


def init(  # noqa: PLR0913, PLR0917 - options of a command
    source: Annotated[Path, typer.Argument(help="A CSV or Parquet file, a folder of them, or a Feast repository.")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder: empty, or not there yet.")],
    name: Annotated[str, typer.Option(help="Name of the project and its model; empty: that of DIR.")] = "",
    time: Annotated[str | None, typer.Option(help="Column of the event time; '': there is none.")] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="Column that names a row, with the time; repeat for several; '': none.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="Column that marks anomalies; '': there is none.")] = None,
    service: Annotated[str, typer.Option(help="Feast repositories: the feature service; empty: the first.")] = "",
    missing: Annotated[
        list[str] | None, typer.Option(help="Files: a further spelling of a missing value; repeat for several.")
    ] = None,
    separator: Annotated[str | None, typer.Option(help="Files: what stands between cells, if it is not found.")] = None,
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Files: whether the first line names the columns.")
    ] = None,
    decimal: Annotated[str, typer.Option(help="Files: the decimal mark, where both readings fit.")] = "",
    zone: Annotated[str, typer.Option(help="Files: time zone of stamps that bear none.")] = "UTC",
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take the best guess.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a project of SOURCE in DIR; SOURCE stays as it is and where it is.

    On a terminal it asks at most three questions, where the data leaves a doubt.
    """
    from vaegis.project.layout import name_of  # noqa: PLC0415 - pandas and more, only if needed
    from vaegis.project.open import open_source  # noqa: PLC0415
    from vaegis.project.write import check_target, project_files, write_project  # noqa: PLC0415

    target = check_target(directory)
    reading = {"missing": missing or (), "separator": separator, "header": header, "decimal": decimal, "zone": zone}
    opened = open_source(source, name_of(name or target.name), service, reading)
    answers: dict[str, Any] = {
        "time": time,
        "keys": None if key is None else [item for item in key if item],
        "label": label,
    }
    found = opened.survey(**answers)
    if found.inference.doubts and not yes and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        answers |= ask(found.inference.doubts)
        found = opened.survey(**answers)
    git = write_project(target, project_files(found))
    record = describe(found, directory, git)
    emit(record, as_json, "\n".join(tell(record)))


def ask(doubts: "Sequence[Doubt]") -> dict[str, Any]:
    """Put each question on the terminal; enter takes the best guess."""
    answers: dict[str, Any] = {}
    for doubt in doubts[:QUESTIONS]:
        typer.echo(doubt.text)
        for number, option in enumerate(doubt.options, 1):
            typer.echo(f"  {number}  {option or 'none'}")
        number = typer.prompt("number", default=1, type=int)
        option = doubt.options[min(max(number, 1), len(doubt.options)) - 1]
        is_list = doubt.subject == "keys"
        answers[doubt.subject] = [name for name in option.split(",") if name] if is_list else option
    return answers


def describe(found: "Survey", directory: Path, git: str) -> dict[str, Any]:
    """Return what was made as plain JSON."""
    schema = found.blueprint.schema
    return {
        "project": str(directory),
        "git": git,
        "model": found.model,
        "source": found.what,
        "rows": len(found.frame),
        "time": found.inference.time,
        "keys": schema.keys,
        "cadence_seconds": found.inference.cadence_seconds,
        "label": found.inference.label,
        "features": [column.name for column in schema.features],
        "context": [column.name for column in schema.with_role("context")],
        "derived": [column.name for column in schema.features if column.name in schema.derived],
        "unsure": found.unsure,
        "without_unit": found.without_unit,
        "split": dict(found.split),
        "roles": dict(found.roles),
        "notes": [*found.inference.notes, *(doubt.text for doubt in found.inference.doubts)],
        "next": next_commands(directory),
    }


def tell(record: dict[str, Any]) -> list[str]:
    """Say what was found, what is doubted, and what to type next, in at most 12 lines."""
    cadence = f", every {record['cadence_seconds']:g} s" if record["cadence_seconds"] else ""
    time = f" and {record['time']}{cadence}" if record["time"] else ", no event time"
    judged = f"label {record['label']}" if record["label"] else "no label"
    roles = ", ".join(f"{role} {count:,}" for role, count in record["roles"].items())
    columns = f"{len(record['features'])} modelled ({len(record['derived'])} derived)"
    lines = [
        f"made      {record['project']}: {record['source']}, {record['rows']:,} rows; {record['git']}",
        f"rows      named by {_few(record['keys'])}{time}",
        f"columns   {columns}, {len(record['context'])} carried along; {judged}",
        f"split     by {record['split'].get('by', 'time')}: {roles}",
    ]
    if record["unsure"]:
        lines.append(f"doubts    look at {_few(record['unsure'])}: README.md says why")
    if record["without_unit"]:
        lines.append(f"units     unknown for {_few(record['without_unit'])}")
    lines += [f"note      {note}" for note in record["notes"][: 11 - len(lines) - len(record["next"])]]
    heads = ["next", *[""] * len(record["next"])]
    return [*lines, *(f"{head:<10}{command}" for head, command in zip(heads, record["next"], strict=False))]


def next_commands(directory: Path) -> list[str]:
    """Return what to type: activation only where the tools are not on the path already."""
    here = Path(sys.prefix) / "bin"
    ready = all(shutil.which(tool) for tool in ("vaegis", "dvc", "mlflow"))
    return [
        *([] if ready else [f"source {here / 'activate'}"]),
        f"cd {os.path.relpath(directory)}",
        "vaegis repro",
        "vaegis ui",
    ]


def _few(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
