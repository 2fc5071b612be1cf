"""A version as a comparison needs it: its bundle and code on disk, and what the registry says of it."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from vaegis.bundle import read_bundle
from vaegis.errors import ArtifactError, ConfigError
from vaegis.registry.download import _ADDRESS, _find
from vaegis.registry.names import CONTENT_DIGEST, EVIDENCE, EVIDENCE_RUN
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


def fetch_version(address: str, folder: Path) -> StoredVersion:
    """Download `models:/NAME@ALIAS` or `models:/NAME/VERSION` into `folder`, its bundle checked against its digest.

    Raises:
        ConfigError: the address has another form.
        ArtifactError: there is no such version, or its bundle is missing or altered.
        ServiceError: MLflow does not answer.
    """
    client = connect()
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ConfigError(
            f"{address} is no address", allowed="models:/NAME@ALIAS, models:/NAME/VERSION", where="A or B"
        )
    version = _find(client, address, **match.groupdict())
    stored = client.get_model_version_download_uri(version.name, str(version.version)).rstrip("/")
    bundle = _download(f"{stored}/artifacts/bundle", folder)
    if bundle is None:
        raise ArtifactError(f"{address}: its bundle is missing", where="restore its artifacts")
    registered = str(version.tags.get(CONTENT_DIGEST))
    if (held := read_bundle(bundle).content_digest) != registered:
        what = f"{address} holds content {held[:12]}, but {registered[:12]} was registered"
        raise ArtifactError(what, where="restore the version's artifacts, or `dvc repro` to register them again")
    label = f"{version.name} version {version.version}"
    return StoredVersion(
        label=label, bundle=bundle, code=_download(f"{stored}/code", folder), facts=_facts(client, version)
    )


def _download(uri: str, folder: Path) -> Path | None:
    try:
        return Path(mlflow.artifacts.download_artifacts(uri, dst_path=str(folder)))
    except (MlflowException, OSError):
        return None


def _facts(client: MlflowClient, version: ModelVersion) -> dict[str, str]:
    facts = {key: str(value) for key, value in version.tags.items() if key.startswith(_TAGS)}
    run = version.tags.get(EVIDENCE_RUN) or version.run_id
    try:
        facts |= client.get_run(run).data.params
        with tempfile.TemporaryDirectory() as folder:
            file = Path(client.download_artifacts(run, f"{EVIDENCE}/verdict.json", folder))
            verdict: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            facts["policy"] = str(verdict["policy_digest"])
    except (MlflowException, OSError, ValueError, KeyError):
        pass  # a run that was deleted, or a version that nobody judged yet
    return facts
