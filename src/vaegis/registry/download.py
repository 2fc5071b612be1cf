"""From a registry address to a fitted model, verified against what was registered."""

import re
import tempfile
from pathlib import Path
from typing import Final

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from vaegis.errors import ArtifactError, ConfigError
from vaegis.fitted.model import FittedModel
from vaegis.registry.names import CONTENT_DIGEST
from vaegis.registry.tracking import connect

_ADDRESS: Final = re.compile(r"models:/(?P<name>[^/@]+)(@(?P<alias>[^/@]+)|/(?P<version>\d+))")
_RESTORE: Final = "restore the version's artifacts, or `dvc repro` to register them again"


def load_registered(address: str) -> FittedModel:
    """Load `models:/NAME@ALIAS` or `models:/NAME/VERSION`, checking its bytes against the digest it was registered by.

    Raises:
        ConfigError: the address has another form.
        ArtifactError: there is no such version, or its bundle is missing or altered.
        ServiceError: MLflow does not answer.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ConfigError(
            f"{address} is no address", allowed="models:/NAME@ALIAS, models:/NAME/VERSION", where="--model"
        )
    client = connect()
    version = _find(client, address, **match.groupdict())
    with tempfile.TemporaryDirectory() as folder:
        model = _load(address, _download(client, address, version, folder))
    registered = version.tags.get(CONTENT_DIGEST)
    if registered != model.content_digest:
        what = f"{address} holds content {model.content_digest[:12]}, but {str(registered)[:12]} was registered"
        raise ArtifactError(what, where=_RESTORE)
    return model


def _find(client: MlflowClient, address: str, name: str, alias: str | None, version: str | None) -> ModelVersion:
    try:
        if alias:
            return client.get_model_version_by_alias(name, alias)
        return client.get_model_version(name, version)
    except MlflowException as error:
        reason = str(error).splitlines()[0]
        raise ArtifactError(f"{address}: {reason}", where="`vaegis show` lists what is registered") from None


def _download(client: MlflowClient, address: str, version: ModelVersion, folder: str) -> Path:
    stored = client.get_model_version_download_uri(version.name, str(version.version))
    try:
        return Path(mlflow.artifacts.download_artifacts(f"{stored.rstrip('/')}/artifacts/bundle", dst_path=folder))
    except (MlflowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise ArtifactError(f"{address}: its bundle is missing ({reason})", where="restore its artifacts") from None


def _load(address: str, bundle: Path) -> FittedModel:
    """Verify and load; an error names the address, since the download is gone when it is read."""
    try:
        return FittedModel.load(bundle)
    except ArtifactError as error:
        reason = str(error).partition("; change: ")[0].replace(f"{bundle}/", "")
        raise ArtifactError(f"{address}: {reason}", where=_RESTORE) from None
