"""The report of a registered version: as it was logged, or made of the evidence that its run holds."""

import tempfile
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from vaegis import paths
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.report.cards import About
from vaegis.evaluation.report.material import Material, Sources
from vaegis.evaluation.report.write import make_report
from vaegis.governance import Verdict
from vaegis.registry.download import Address
from vaegis.registry.names import CONTENT_DIGEST, EVIDENCE, EVIDENCE_RUN, REPORT
from vaegis.registry.tracking import connect

_FIGURES: Final = "figures"


def fetch_report(address: str) -> tuple[str, str]:
    """Return name and text of the report at `models:/NAME@ALIAS` or `models:/NAME/VERSION`.

    Raises:
        ArtifactError: there is no such version, or its run holds no evidence.
    """
    client = connect()
    version = Address.parse(address).find(client)
    name = f"report-{version.name}-{version.version}.html"
    run = str(version.tags.get(EVIDENCE_RUN) or version.run_id)
    with tempfile.TemporaryDirectory() as folder:
        page = _download(client, run, f"{EVIDENCE}/{REPORT}", folder)
        if page is not None:
            return name, page.read_text(encoding="utf-8")
        held = _download(client, run, EVIDENCE, folder)
        if held is None or not (held / "metrics.json").is_file():
            raise ArtifactError(f"{address}: its run holds no evidence", where="restore the run's artifacts")
        _download(client, run, _FIGURES, folder)
        return name, _made(version, Path(folder))


def _made(version: ModelVersion, folder: Path) -> str:
    held = folder / EVIDENCE
    judged, compared = (_json(held / name) for name in ("verdict.json", paths.COMPARISON.name))
    about = About(
        name=version.name,
        kind=str(version.tags.get("vaegis.kind", "vae")),
        owner="",
        origin={"content digest": str(version.tags.get(CONTENT_DIGEST, "unknown"))},
    )
    comparison = (compared or {}).get("comparison")
    report = make_report(
        Material.read(Sources.of_run(folder)),
        about,
        Verdict.from_json(judged) if judged else None,
        Comparison.from_json(comparison) if comparison else None,
    )
    return report.page


def _json(file: Path) -> dict[str, Any] | None:
    return read_json(file) if file.is_file() else None


def _download(client: MlflowClient, run: str, name: str, folder: str) -> Path | None:
    try:
        return Path(client.download_artifacts(run, name, folder))
    except (MlflowException, OSError):
        return None
