"""See what MLflow holds of one model, quickly: straight from a local database, else through a client."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
