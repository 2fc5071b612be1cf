"""`vaegis repro`: run the pipeline, and end with what came out."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from vaegis import paths
from vaegis.cli.config import check_params
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit
from vaegis.cli.settle import settle
from vaegis.cli.summary import summarise, tell
from vaegis.cli.workspace import prepare
from vaegis.errors import ConfigError, VaegisError
from vaegis.registry.address import VARIABLE, preflight, tracking_uri


def repro(
    workspace: Annotated[str, typer.Option(help="One of workspaces.yaml; empty: the project itself.")] = "",
    as_json: AsJson = False,
) -> None:
    """Run every stage that is out of date, after mending what a killed run left.

    A refused model is a result: the command succeeds and says why. A stage that fails ends it with 1.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if not paths.DVC_FILE.is_file():
        raise ConfigError(f"there is no {paths.DVC_FILE} here", where="run in the project's root folder")
    root = prepare(workspace) if workspace else Path()
    check_params(root / paths.PARAMS)
    preflight()
    settle(root)
    code = run_dvc(root)
    if code:
        # DVC has said which stage failed and the stage has said why; 255 is DVC's only code for it.
        raise typer.Exit(1 if code == 255 else code)
    summary = summarise(root)
    emit(summary, as_json, *tell(summary))


def run_dvc(root: Path, *targets: str) -> int:
    """Run `dvc repro` in `root` with this interpreter's tools first, and return its exit code.

    With targets, what they need and no more.

    Workspaces track in the project's own database, so that one MLflow shows all.

    Raises:
        VaegisError: a signal ended it, so nothing on the screen says why.
    """
    command = [sys.executable, "-m", "dvc", "repro", *targets]
    code = subprocess.run(command, cwd=root, env=environment(root), stdout=sys.stderr, check=False).returncode
    if code < 0:
        raise VaegisError(f"dvc was ended by {signal.Signals(-code).name}", where="repeat; the run is taken up again")
    return code


def environment(root: Path) -> dict[str, str]:
    """Return what a stage's process is told."""
    first = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(first), os.environ.get("PATH", "")]),
        "PWD": str(root.absolute()),
        VARIABLE: tracking_uri(),
        "DVC_NO_ANALYTICS": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
