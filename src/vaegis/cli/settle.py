"""Leave DVC nothing of a killed run to stumble over."""

import json
import logging
import os
import time
from importlib import import_module
from pathlib import Path
from typing import Final

from vaegis import paths

LOCKS: Final = (paths.DVC_LOCK, paths.MONITOR_LOCK)
"""What DVC remembers of stages, beside each file that describes some; one that is torn stops every command of DVC."""
_RWLOCK: Final = Path(".dvc/tmp/rwlock")
_PROC: Final = Path("/proc")
_log = logging.getLogger(__name__)


def settle(root: Path, *, patience_seconds: float = 1.0) -> None:
    """Wait for another DVC that works here, then remove what only a killed one can have left.

    DVC rewrites `.dvc/tmp/rwlock` and dvc.lock in place: a kill in that moment leaves half a file, which stops every
    later run. A lock that names a process number which something else has since been given stops it too.
    """
    said = False
    while others := working(root):
        if not said:
            _log.warning("another dvc is at work here (process %s); waiting for it", ", ".join(map(str, others)))
            said = True
        time.sleep(patience_seconds)
    (root / _RWLOCK).unlink(missing_ok=True)
    for lock in LOCKS:
        if not lock_is_whole(root / lock):
            _log.warning("%s was half written by a killed run; removed, DVC's cache knows what was done", lock)
            (root / lock).unlink()


def working(root: Path) -> list[int]:
    """Return the live DVC processes that hold files of the project at `root`."""
    try:
        held = json.loads((root / _RWLOCK).read_text(encoding="utf-8"))
        writers, readers = held.get("write", {}).values(), held.get("read", {}).values()
        infos = [*writers, *(info for group in readers for info in group)]
        return sorted({int(info["pid"]) for info in infos if _is_dvc(int(info["pid"]))})
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return []


def lock_is_whole(path: Path) -> bool:
    """Whether a lock of DVC's is absent, or what DVC itself accepts."""
    if not path.exists():
        return True
    accepted = import_module("dvc.schema").COMPILED_LOCKFILE_SCHEMA
    yaml, invalid = import_module("dvc.utils.serialize"), import_module("voluptuous").Invalid
    try:
        accepted(yaml.parse_yaml(path.read_text(encoding="utf-8"), str(path)))
    except (invalid, yaml.YAMLFileCorruptedError, UnicodeDecodeError):
        return False
    return True


def _is_dvc(process: int) -> bool:
    if _PROC.is_dir():
        command = _PROC / str(process) / "cmdline"
        return command.is_file() and b"dvc" in command.read_bytes()
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True
