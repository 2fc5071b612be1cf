"""SHA-256 of every file of a logged model, and the check of stored files against it, on the very bytes that are used.

The manifest lies beside the audit log under its own digest, which the log and the version's tag name.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import yaml

from vaegis.durable import canonical_json, read_json, write_bytes
from vaegis.errors import ArtifactError
from vaegis.registry.journal import audit_path

_META: Final = "registered_model_meta"
"""MLflow writes it into the stored files when it loads them: the name and number of the version."""
_CODE_CACHE: Final = "__pycache__"
_CODE: Final = "code/"
"""What MLflow runs; Python leaves its caches there. Vaegis reads neither."""


def make_manifest(folder: Path, meta: Mapping[str, str]) -> dict[str, str]:
    """Map each stored file (POSIX relative name) to its SHA-256, sorted by name; without MLflow's note `meta`.

    Raises:
        ArtifactError: a link or another thing that is no file lies there.
    """
    return {name: _digest(folder, name) for name in _files(folder) if not _is_mlflows_own(folder, name, meta)}


def manifest_digest(manifest: Mapping[str, str]) -> str:
    """Return the SHA-256 that names a manifest."""
    return hashlib.sha256(canonical_json(dict(manifest))).hexdigest()


def save_manifest(uri: str, manifest: Mapping[str, str]) -> str:
    """Keep a manifest beside the audit log of the registry at `uri`; return its digest."""
    digest = manifest_digest(manifest)
    file = _place(uri, digest)
    if not file.is_file():
        write_bytes(file, canonical_json(dict(manifest)))
    return digest


def load_manifest(uri: str, digest: str) -> dict[str, str]:
    """Return the manifest of this digest.

    Raises:
        ArtifactError: it is missing or was altered.
    """
    file = _place(uri, digest)
    found: dict[str, str] = read_json(file)
    if manifest_digest(found) != digest:
        raise ArtifactError(f"{file} was altered: its digest is not its name", where="restore it from a backup")
    return found


def check_files(folder: Path, manifest: Mapping[str, str], meta: Mapping[str, str], keep: str = "") -> dict[str, bytes]:
    """Hold every stored file against the manifest, each read once.

    Args:
        folder: the stored files.
        manifest: name -> SHA-256.
        meta: what MLflow may have noted about the version: `model_name`, `model_version`.
        keep: the files below this folder are returned: the very bytes that were checked.

    Raises:
        ArtifactError: names the first file that is missing, altered, added, or no plain file.
    """
    names = [name for name in _files(folder) if not _is_mlflows_own(folder, name, meta)]
    if missing := sorted(set(manifest) - set(names)):
        raise ArtifactError(f"{missing[0]} is missing (SHA-256 {manifest[missing[0]][:12]})")
    if added := sorted(set(names) - set(manifest)):
        raise ArtifactError(f"{added[0]} was added (SHA-256 {_digest(folder, added[0])[:12]}); nobody registered it")
    kept: dict[str, bytes] = {}
    for name in names:
        inside = keep and name.startswith(f"{keep}/")
        content = _read(folder, name) if inside else b""
        found = hashlib.sha256(content).hexdigest() if inside else _digest(folder, name)
        if found != manifest[name]:
            raise ArtifactError(f"{name} was altered: SHA-256 is {found[:12]}, not {manifest[name][:12]}")
        if inside:
            kept[name.removeprefix(f"{keep}/")] = content
    return kept


def _files(folder: Path) -> list[str]:
    return sorted(_walk(folder, ""))


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        for item in found:
            name = f"{prefix}{item.name}"
            if item.is_symlink():
                raise ArtifactError(
                    f"{name} is a link to {Path(item.path).readlink()}; a model consists of plain files"
                )
            if item.is_dir(follow_symlinks=False):
                yield from _walk(Path(item.path), f"{name}/")
            elif item.is_file(follow_symlinks=False):
                yield name
            else:
                raise ArtifactError(f"{name} is no plain file")


def _open(folder: Path, name: str) -> int:
    """Open a plain file; one that became a link or a pipe since it was listed is refused."""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ArtifactError(f"{name} cannot be read ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ArtifactError(f"{name} is no plain file")
    return descriptor


def _read(folder: Path, name: str) -> bytes:
    with os.fdopen(_open(folder, name), "rb") as handle:
        return handle.read()


def _digest(folder: Path, name: str) -> str:
    with os.fdopen(_open(folder, name), "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _is_mlflows_own(folder: Path, name: str, meta: Mapping[str, str]) -> bool:
    if name == _META:
        try:
            noted = yaml.safe_load(_read(folder, name))
        except yaml.YAMLError:
            return False
        # The number of a version is a number here and a text there, by MLflow's mood.
        return isinstance(noted, dict) and {key: str(value) for key, value in noted.items()} == dict(meta)
    return name.startswith(_CODE) and _CODE_CACHE in name.split("/")


def _place(uri: str, digest: str) -> Path:
    return audit_path(uri).parent / "manifests" / f"{digest}.json"
