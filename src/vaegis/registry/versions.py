"""Versions of a registered model, found by what they behave like: one content digest, one version."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import LoggedModel
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from vaegis.bundle import read_bundle
from vaegis.errors import VaegisError
from vaegis.registry.names import CONTENT_DIGEST


def find_version(client: MlflowClient, model: str, digest: str) -> ModelVersion | None:
    """Return the version with this content digest, the oldest should there be several."""
    found = [version for version in all_versions(client, model) if version.tags.get(CONTENT_DIGEST) == digest]
    return found[0] if found else None


def all_versions(client: MlflowClient, model: str) -> list[ModelVersion]:
    """Return every version of a model, oldest first; none if it is not registered."""
    versions: list[ModelVersion] = []
    token: str | None = None
    while True:
        page = client.search_model_versions(f"name = '{model}'", max_results=500, page_token=token)
        versions.extend(page)
        token = page.token
        if not token:
            return sorted(versions, key=lambda version: int(version.version))


def create_version(
    client: MlflowClient, model: str, logged: LoggedModel, run: str, tags: Mapping[str, str]
) -> ModelVersion:
    """Register a logged model; version and tags are one transaction, so the digest is there as soon as the version."""
    require_model(client, model)
    return client.create_model_version(
        model, f"models:/{logged.model_id}", run_id=run, tags=dict(tags), model_id=logged.model_id
    )


def require_model(client: MlflowClient, model: str) -> None:
    """Make the registered model if it is not there."""
    try:
        client.create_registered_model(model)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def set_version_tags(client: MlflowClient, version: ModelVersion, tags: Mapping[str, str]) -> None:
    """Set those tags of a version that differ."""
    for key, value in sorted(tags.items()):
        if version.tags.get(key) != value:
            client.set_model_version_tag(version.name, str(version.version), key, value)


def verifies(client: MlflowClient, version: ModelVersion, digest: str) -> bool:
    """Whether the bundle among a version's stored files is whole and has this content digest."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            stored = client.get_model_version_download_uri(version.name, str(version.version))
            found = mlflow.artifacts.download_artifacts(f"{stored.rstrip('/')}/artifacts/bundle", dst_path=folder)
            return bool(read_bundle(Path(found)).content_digest == digest)
    except (VaegisError, MlflowException, OSError, KeyError):
        return False
