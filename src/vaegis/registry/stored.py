"""The stored files of a version: those of a local store where they lie, those of a server in a private copy."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from vaegis.errors import ArtifactError, VaegisError
from vaegis.governance.entry import Entry
from vaegis.registry.artifact_manifest import check_files, load_manifest
from vaegis.registry.names import ARTIFACT_MANIFEST, CONTENT_DIGEST

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

BUNDLE = "artifacts/bundle"
"""Where the bundle lies among the files."""
ENTITIES = "artifacts/entities.parquet"
"""Where the list of those it learned from lies."""
TAGS: dict[str, str] = {CONTENT_DIGEST: "content_digest", ARTIFACT_MANIFEST: "artifact_manifest"}
"""Tag of a version -> key of its registration in the audit log."""


def location(client: "MlflowClient", name: str, version: str) -> str:
    """Return the address of a version's files.

    Raises:
        ArtifactError: MLflow knows of none.
    """
    from mlflow.exceptions import MlflowException  # noqa: PLC0415 - who has a client has paid for it

    try:
        return str(client.get_model_version_download_uri(name, version)).rstrip("/")
    except MlflowException as error:
        reason = str(error).splitlines()[0]
        raise ArtifactError(f"{name} version {version}: its files are missing ({reason})") from None


@contextmanager
def stored_files(address: str) -> Iterator[Path]:
    """Yield the files (or the file) at `address`; what a server holds is downloaded into a folder nobody else reads.

    Raises:
        ArtifactError: they are not there.
    """
    parts = urlsplit(address)
    if parts.scheme in ("", "file"):
        folder = Path(unquote(parts.path))
        if not folder.exists():
            raise ArtifactError(f"its files are missing ({folder} does not exist)", where="restore its artifacts")
        yield folder
        return
    import mlflow  # noqa: PLC0415 - a second, and for nothing where files lie here
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as private:
        try:
            found = mlflow.artifacts.download_artifacts(address, dst_path=private)
        except (MlflowException, OSError) as error:
            reason = str(error).splitlines()[0]
            raise ArtifactError(f"its files are missing ({reason})", where="restore its artifacts") from None
        yield Path(found)


def verified_bundle(uri: str, client: "MlflowClient", version: "ModelVersion", entry: Entry) -> dict[str, bytes]:
    """Return the files of a version's bundle, after every file it has was held against its registration `entry`.

    Raises:
        ArtifactError: names the file, its digest and the entry of the audit log.
    """
    return verified_files(uri, client, version, entry, BUNDLE)


def verified_files(
    uri: str, client: "MlflowClient", version: "ModelVersion", entry: Entry, keep: str
) -> dict[str, bytes]:
    """Return the files of a version below `keep`, after every file it has was held against its registration `entry`.

    Raises:
        ArtifactError: names the file, its digest and the entry of the audit log.
    """
    name, number = version.name, str(version.version)
    return files_at(location(client, name, number), uri, name, number, entry, keep)


def files_at(address: str, uri: str, name: str, number: str, entry: Entry, keep: str = BUNDLE) -> dict[str, bytes]:
    """Do the same for the version whose files are at `address`."""
    try:
        manifest = load_manifest(uri, entry.body["artifact_manifest"])
        with stored_files(address) as folder:
            return check_files(folder, manifest, meta_of(name, number), keep=keep)
    except ArtifactError as error:
        what, _, where = str(error).partition("; change: ")
        what = f"{name} version {number}: {what} (registered by audit log entry {entry.seq})"
        raise ArtifactError(what, where=where or "restore the version's artifacts, or `vaegis rollback`") from None


def meta_of(name: str, version: str) -> Mapping[str, str]:
    """Return what MLflow notes beside the files of a version it loaded."""
    return {"model_name": name, "model_version": version}


def is_whole(uri: str, client: "MlflowClient", version: "ModelVersion", entry: Entry | None) -> bool:
    """Whether a version's files are those that were registered."""
    try:
        return entry is not None and bool(verified_bundle(uri, client, version, entry))
    except VaegisError:
        return False
