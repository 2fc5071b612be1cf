"""`vaegis report`: the page that says whether to promote a model."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from vaegis import paths
from vaegis.cli.options import AsJson, require_suffix
from vaegis.cli.output import emit
from vaegis.durable import write_bytes
from vaegis.errors import ArtifactError, ConfigError


def report(
    model: Annotated[
        str, typer.Argument(help="models:/NAME@ALIAS or models:/NAME/VERSION; empty: the project's candidate.")
    ] = "",
    output: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say where the report of a model lies: the recommendation, the figures that decide, every score."""
    require_suffix(output, ".html", "--output")
    file = _stored(model, output) if model else _own(output)
    if show:
        webbrowser.open(file.absolute().as_uri())
    emit({"model": model or paths.CANDIDATE.as_posix(), "report": str(file)}, as_json, str(file))


def _own(output: Path | None) -> Path:
    if not paths.REPORT.is_file():
        raise ArtifactError(f"{paths.REPORT} does not exist", where="run `vaegis repro` to make it")
    if output is None:
        return paths.REPORT
    write_bytes(output, paths.REPORT.read_bytes())
    return output


def _stored(address: str, output: Path | None) -> Path:
    if not address.startswith("models:/"):
        allowed = "models:/NAME@ALIAS, models:/NAME/VERSION, or nothing for the project's candidate"
        raise ConfigError(f"{address} is no address", allowed=allowed, where="MODEL")
    from vaegis.registry.stored_report import fetch_report  # noqa: PLC0415 - imports mlflow

    name, text = fetch_report(address)
    file = output or Path(name)
    write_bytes(file, text.encode())
    return file
