"""See what MLflow holds of one model, quickly: straight from a local database, else through a client."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from vaegis.registry.address import database_file

Rows = list[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Aliases, versions and runs at one moment."""

    aliases: dict[str, str]
    """Alias -> version."""
    tags: dict[str, dict[str, str]]
    """Version -> its tags."""
    runs: frozenset[str]
    """Those of the runs asked for that exist and are not deleted."""
    model_tags: dict[str, str] = field(default_factory=dict)
    """Tags of the model itself."""


def peek(uri: str, model: str, runs: Sequence[str]) -> Snapshot:
    """Return what the registry holds; a no-op stage needs nothing else, and mlflow's import takes seconds."""
    file = database_file(uri)
    if file is not None and not file.exists():
        return Snapshot(aliases={}, tags={}, runs=frozenset())
    if file is not None:
        try:
            return _from_database(file, model, runs)
        except sqlite3.Error:
            # Tables of another MLflow: ask MLflow itself.
            pass
    from vaegis.registry.snapshot import take  # noqa: PLC0415 - imports mlflow

    return take(uri, model, runs)


def _from_database(file: Path, model: str, runs: Sequence[str]) -> Snapshot:
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        aliases = connection.execute("SELECT alias, version FROM registered_model_aliases WHERE name = ?", (model,))
        held = {alias: str(version) for alias, version in aliases}
        versions = connection.execute(
            "SELECT version FROM model_versions WHERE name = ? AND current_stage <> 'Deleted_Internal'", (model,)
        )
        tags: dict[str, dict[str, str]] = {str(version): {} for (version,) in versions}
        query = "SELECT version, key, value FROM model_version_tags WHERE name = ?"
        for version, key, value in connection.execute(query, (model,)):
            if str(version) in tags:
                tags[str(version)][key] = value
        own = connection.execute("SELECT key, value FROM registered_model_tags WHERE name = ?", (model,))
        model_tags = dict(own.fetchall())
        query = "SELECT run_uuid FROM runs WHERE lifecycle_stage = 'active' AND run_uuid = ?"
        found = [run for run in runs if connection.execute(query, (run,)).fetchone()]
    finally:
        connection.close()
    return Snapshot(aliases=held, tags=tags, model_tags=model_tags, runs=frozenset(found))


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A registered version."""

    name: str
    number: str
    tags: dict[str, str]
    files: str
    """Where they are."""


def see_version(uri: str, model: str, alias: str | None, number: str | None) -> Seen | None:
    """Return the version of an alias or number from a local database whose files lie here; None: ask MLflow itself.

    What it says is held against the audit log afterwards, whoever was asked.
    """
    file = database_file(uri)
    if file is None or not file.exists():
        return None
    try:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            return _see(connection, model, alias, number)
        finally:
            connection.close()
    except (sqlite3.Error, OverflowError, ValueError):  # other tables, or a number that is none
        return None


def _see(connection: sqlite3.Connection, model: str, alias: str | None, number: str | None) -> Seen | None:
    if alias:
        query = "SELECT version FROM registered_model_aliases WHERE name = ? AND alias = ?"
        named = connection.execute(query, (model, alias)).fetchone()
        number = str(named[0]) if named else None
    if number is None:
        return None
    query = (
        "SELECT version, coalesce(nullif(storage_location, ''), source) FROM model_versions "
        "WHERE name = ? AND version = ? AND current_stage <> 'Deleted_Internal'"
    )
    found = connection.execute(query, (model, int(number))).fetchall()
    if len(found) != 1 or urlsplit(found[0][1]).scheme not in ("", "file"):
        return None
    [(version, files)] = found
    query = "SELECT key, value FROM model_version_tags WHERE name = ? AND version = ?"
    tags = dict(connection.execute(query, (model, int(number))).fetchall())
    return Seen(name=model, number=str(version), tags=tags, files=str(files).rstrip("/"))
