"""A version as a comparison needs it: its bundle and code on disk, and what the registry says of it."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from vaegis.errors import ArtifactError
from vaegis.governance import flatten
from vaegis.registry.address import tracking_uri
from vaegis.registry.artifact_manifest import check_files, load_manifest
from vaegis.registry.download import Address
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import EVIDENCE, EVIDENCE_METRICS, EVIDENCE_RUN
from vaegis.registry.stored import BUNDLE, TAGS, location, meta_of, stored_files
from vaegis.registry.tracking import connect

_TAGS: Final = "vaegis."


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredVersion:
    """Files below a folder that the caller owns, and facts by name."""

    label: str
    bundle: Path
    code: Path | None
    """Folder that holds the `vaegis` it was logged with."""
    facts: Mapping[str, str]
    """Tags and parameters; `policy` is the digest of the policy it was judged by."""
    metrics: Mapping[str, Any]
    """By path, all that its evaluation found; the headline ones if its artifacts are gone."""


def fetch_version(address: str, folder: Path) -> StoredVersion:
    """Copy `models:/NAME@ALIAS` or `models:/NAME/VERSION` into `folder`: every byte, code too, as it was registered.

    Raises:
        ConfigError: the address has another form.
        ArtifactError: there is no such version, or a file of it is missing, altered or added.
        ServiceError: MLflow does not answer.
    """
    parsed, uri = Address.parse(address), tracking_uri()
    client = connect(uri)
    version = parsed.find(client)
    name, number = version.name, str(version.version)
    try:
        entry = Ledger.read(uri).require_registration(name, number, version.tags, TAGS)
        with stored_files(location(client, name, number)) as stored:
            # Copied, then checked: whoever may write to the store cannot alter what runs.
            files = Path(shutil.copytree(stored, folder / "files", symlinks=True))
        check_files(files, load_manifest(uri, entry.body["artifact_manifest"]), meta_of(name, number))
    except ArtifactError as error:
        raise ArtifactError(f"{address}: {error}") from None
    code, run = files / "code", str(version.tags.get(EVIDENCE_RUN) or version.run_id)
    return StoredVersion(
        label=f"{name} version {number}",
        bundle=files / BUNDLE,
        code=code if code.is_dir() else None,
        facts=_facts(client, version, run),
        metrics=_metrics(client, run),
    )


def _facts(client: MlflowClient, version: ModelVersion, run: str) -> dict[str, str]:
    facts = {key: str(value) for key, value in version.tags.items() if key.startswith(_TAGS)}
    try:
        facts |= client.get_run(run).data.params
    except MlflowException:
        return facts  # the run was deleted
    verdict = _artifact(client, run, f"{EVIDENCE}/verdict.json")
    return {**facts, **({"policy": str(verdict["policy_digest"])} if "policy_digest" in verdict else {})}


def _metrics(client: MlflowClient, run: str) -> dict[str, Any]:
    if found := _artifact(client, run, EVIDENCE_METRICS):
        return flatten(found)
    try:
        return dict(client.get_run(run).data.metrics)
    except MlflowException:
        return {}


def _artifact(client: MlflowClient, run: str, name: str) -> dict[str, Any]:
    """Return a JSON artifact of a run; nothing if it is not there or broken."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            held: dict[str, Any] = json.loads(Path(client.download_artifacts(run, name, folder)).read_bytes())
            return held
    except (MlflowException, OSError, ValueError):
        return {}
