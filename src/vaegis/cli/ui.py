"""`vaegis ui`: MLflow's pages on what was tracked."""

import os
import sys
from typing import Annotated

import typer

from vaegis import paths
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit
from vaegis.errors import ArtifactError
from vaegis.registry.address import database_file, tracking_uri, without_credentials

_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "PYTHONWARNINGS": "ignore",
}


def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 5000,
    as_json: AsJson = False,
) -> None:
    """Show runs, versions and verdicts in a browser; ends with ctrl-c. A tracking server has pages of its own."""
    uri = tracking_uri()
    shown = without_credentials(uri)
    if uri.startswith("http"):
        emit({"address": shown, "tracking": shown}, as_json, f"your tracking server: {shown}")
        return
    file = database_file(uri)
    if file is not None and not file.is_file():
        raise ArtifactError(f"nothing is tracked yet in {paths.MLRUNS}/", where="run the pipeline: vaegis repro")
    address = f"http://127.0.0.1:{port}"
    emit({"address": address, "tracking": shown}, as_json, f"{address} (end with ctrl-c)")
    sys.stdout.flush()
    command = [sys.executable, "-m", "mlflow", "ui", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    os.execve(sys.executable, [*command, "--backend-store-uri", uri], {**os.environ, **_QUIET})  # noqa: S606
