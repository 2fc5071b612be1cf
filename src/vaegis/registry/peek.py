"""See what MLflow holds of one model, quickly: straight from a local database, else through a client."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from vaegis.registry.address import database_file


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
            with _reading(file) as connection:
                return _snapshot(connection, model, runs)
        except sqlite3.Error:
            # Tables of another MLflow: ask MLflow itself.
            pass
    from vaegis.registry.snapshot import take  # noqa: PLC0415 - imports mlflow

    return take(uri, model, runs)


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
        yield connection


def _snapshot(connection: sqlite3.Connection, model: str, runs: Sequence[str]) -> Snapshot:
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
        with _reading(file) as connection:
            held = _snapshot(connection, model, ())
            version = held.aliases.get(alias, "") if alias else str(int(number or ""))
            query = (
                "SELECT coalesce(nullif(storage_location, ''), source) FROM model_versions "
                "WHERE name = ? AND CAST(version AS TEXT) = ?"
            )
            places = [str(place) for (place,) in connection.execute(query, (model, version))]
    except (sqlite3.Error, ValueError):  # other tables, or a number that is none
        return None
    if version not in held.tags or len(places) != 1 or urlsplit(places[0]).scheme not in ("", "file"):
        return None
    return Seen(name=model, number=version, tags=held.tags[version], files=places[0].rstrip("/"))
