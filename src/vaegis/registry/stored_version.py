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
from vaegis.registry.address import tracking_uri
from vaegis.registry.artifact_manifest import check_files, load_manifest
from vaegis.registry.download import Address
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import EVIDENCE, EVIDENCE_RUN
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
    code = files / "code"
    return StoredVersion(
        label=f"{name} version {number}",
        bundle=files / BUNDLE,
        code=code if code.is_dir() else None,
        facts=_facts(client, version),
    )


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
