"""What of a publication can be seen on this machine without Feast: files that a reader of the store needs."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import yaml

SETTINGS: Final = "feature_store.yaml"
_SQLITE: Final = "sqlite:///"


def traces(folder: Path) -> dict[str, Any]:
    """Return what tells whether `folder` and the local stores that it names are as they were left.

    Rows and settings by length and time of change (ns): whatever is published after them changes those. A registry and
    an online store by whether they hold the project, for others write to them too; of a server nothing is known.
    """
    settings = folder / SETTINGS
    files = [settings, *sorted(folder.glob("[!.]*/[!.]*.parquet"))]
    stats = {file.relative_to(folder).as_posix(): file.stat() for file in files if file.is_file()}
    held = _settings(settings)
    return {
        "files": {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()},
        "stores": {str(place): _holds(place, str(held.get("project", ""))) for place in _local_stores(held)},
    }


def _settings(file: Path) -> dict[str, Any]:
    try:
        return dict(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError, yaml.YAMLError):
        return {}


def _local_stores(held: dict[str, Any]) -> list[Path]:
    """Return the files of registry and online store, of those that are files of this machine."""
    paths = [part.get("path") for part in (held.get("registry"), held.get("online_store")) if isinstance(part, dict)]
    local = [path.removeprefix(_SQLITE) for path in paths if isinstance(path, str)]
    return [Path(path) for path in local if Path(path).is_absolute()]


def _holds(database: Path, project: str) -> bool:
    """Whether a SQLite registry knows a service of the project, or an online store a table of it; else: is it there."""
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "feature_services" in tables:
                query = "SELECT 1 FROM feature_services WHERE project_id = ?"
                return connection.execute(query, (project,)).fetchone() is not None
            return any(name.startswith(f"{project}_") for name in tables)
    except sqlite3.Error:
        return True
