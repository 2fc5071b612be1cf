"""Save a local registry whole (database, artifacts, audit log), and put it back; a server has means of its own.

FOLDER/mlflow.db artifacts/ audit/     as they lay beside each other
FOLDER/anchor.json                     the head of the log
FOLDER/backup.json                     SHA-256 of every file, where it lay, where the log ended
"""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vaegis.bundle import tree_manifest
from vaegis.durable import read_json, replacing, write_json
from vaegis.errors import ArtifactError, ConfigError
from vaegis.governance.audit import AuditLog
from vaegis.registry.address import database_file, exclusive, tracking_uri, without_credentials
from vaegis.registry.journal import audit_log, transaction_lock

INDEX: Final = "backup.json"
_ANCHOR: Final = "anchor.json"
_ARTIFACTS: Final = "artifacts"
_AUDIT: Final = "audit"
_LOCKS: Final = shutil.ignore_patterns("*.lock", ".*.partial")


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What a backup holds."""

    folder: str
    files: int
    entries: int
    head: str
    """Digest of the last entry of the log; empty: there is none."""


def back_up(folder: Path) -> Saved:
    """Copy the registry into a new `folder` while nobody changes it.

    Raises:
        ConfigError: the registry is a server, or the folder is there already.
        ArtifactError: the log was edited: what cannot be believed is not saved as if it could.
    """
    uri, file = _local()
    if folder.exists():
        raise ConfigError(f"{folder} is there already", allowed="a new folder", where="FOLDER")
    if not file.is_file():
        raise ArtifactError(f"there is no registry at {file}", where="`vaegis repro` makes one")
    with exclusive(uri), transaction_lock(uri), replacing(folder) as made:
        log = audit_log(uri)
        entries = log.entries()
        made.mkdir()
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(made / file.name)) as copy:
            source.backup(copy)
        if (file.parent / _ARTIFACTS).is_dir():
            shutil.copytree(file.parent / _ARTIFACTS, made / _ARTIFACTS, symlinks=True)
        if entries:
            shutil.copytree(log.path.parent, made / _AUDIT, ignore=_LOCKS)
            shutil.copy2(log.anchor, made / _ANCHOR)
        saved = _saved(folder, made, len(entries), entries[-1].digest if entries else "")
        about = {"place": str(file.parent), "database": file.name, "entries": saved.entries, "head": saved.head}
        write_json(made / INDEX, {**about, "files": tree_manifest(made)})
    return saved


def restore(folder: Path) -> Saved:
    """Put a backup back where it was taken from; what lies there now is not touched.

    Raises:
        ConfigError: a registry lies there, or it is another place: MLflow keeps absolute paths.
        ArtifactError: a file of the backup is missing or altered, or the log's anchor knows later entries.
    """
    uri, file = _local()
    index = _checked(folder)
    place, log = file.parent, audit_log(uri)
    if index["place"] != str(place):
        what = f"the backup is of {index['place']}, here is {place}; MLflow keeps absolute paths"
        raise ConfigError(what, where="the working folder, or MLFLOW_TRACKING_URI")
    taken = [item for item in (file, place / _ARTIFACTS, log.path) if item.exists()]
    if taken:
        raise ConfigError(f"{taken[0]} is there already", allowed="an empty place", where="move it away first")
    if index["entries"]:
        _check_log(folder, log)
    place.mkdir(parents=True, exist_ok=True)
    if (folder / _ARTIFACTS).is_dir():
        shutil.copytree(folder / _ARTIFACTS, place / _ARTIFACTS, symlinks=True)
    if index["entries"]:
        shutil.copytree(folder / _AUDIT, log.path.parent, dirs_exist_ok=True)
        if not log.anchor.exists():
            log.anchor.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / _ANCHOR, log.anchor)
    # The database last: with it the registry is there.
    with replacing(file) as partial:
        shutil.copy2(folder / index["database"], partial)
    log.entries()
    return Saved(folder=str(folder), files=len(index["files"]), entries=index["entries"], head=index["head"])


def _local() -> tuple[str, Path]:
    uri = tracking_uri()
    file = database_file(uri)
    if file is None:
        what = f"the registry at {without_credentials(uri)} is a server"
        raise ConfigError(what, allowed="a local database", where="its own means; docs/governance.md")
    return uri, file


def _saved(folder: Path, made: Path, entries: int, head: str) -> Saved:
    files = sum(path.is_file() for path in made.rglob("*"))
    return Saved(folder=str(folder), files=files, entries=entries, head=head)


def _checked(folder: Path) -> dict[str, Any]:
    if not (folder / INDEX).is_file():
        raise ArtifactError(f"{folder} is no backup: it has no {INDEX}", where="FOLDER")
    index: dict[str, Any] = read_json(folder / INDEX)
    found = {name: digest for name, digest in tree_manifest(folder).items() if name != INDEX}
    for name in sorted({*index["files"], *found}):
        if index["files"].get(name) != found.get(name):
            how = "missing" if name not in found else "added" if name not in index["files"] else "altered"
            raise ArtifactError(f"{folder / name} is {how} since the backup was made", where="another backup")
    return index


def _check_log(folder: Path, log: AuditLog) -> None:
    """Hold the saved log against the anchor that stands, if one does: it may know entries that were written later."""
    anchor = log.anchor if log.anchor.exists() else folder / _ANCHOR
    with tempfile.TemporaryDirectory() as private:  # reading takes a lock, and a backup is only read
        copy = shutil.copy2(folder / _AUDIT / log.path.name, private)
        AuditLog(Path(copy), anchor=anchor, verifier=log.verifier).entries()
