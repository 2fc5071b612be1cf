"""What of a publication can be seen on this machine without Feast: files that a reader of the store needs."""

from pathlib import Path
from typing import Any, Final

import yaml

SETTINGS: Final = "feature_store.yaml"
_SQLITE: Final = "sqlite:///"


def traces(folder: Path) -> dict[str, Any]:
    """Return what tells whether `folder` and the local stores that it names are as they were left.

    Rows and settings by length and time of change (ns): whatever is published after them changes those. A registry and
    an online store by their presence, for others write to them too; of a server nothing is known.
    """
    settings = folder / SETTINGS
    files = [settings, *sorted(file for file in folder.rglob("*.parquet") if not _hidden(file, folder))]
    stats = {file.relative_to(folder).as_posix(): file.stat() for file in files if file.is_file()}
    return {
        "files": {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()},
        "stores": {str(place): place.exists() for place in _local_stores(settings)},
    }


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _local_stores(settings: Path) -> list[Path]:
    """Return the files of registry and online store, of those that are files of this machine."""
    try:
        held = dict(yaml.safe_load(settings.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError, yaml.YAMLError):
        return []
    paths = [part.get("path") for part in (held.get("registry"), held.get("online_store")) if isinstance(part, dict)]
    local = [path.removeprefix(_SQLITE) for path in paths if isinstance(path, str)]
    return [Path(path) for path in local if Path(path).is_absolute()]
