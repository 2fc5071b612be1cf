"""SHA-256 of files and folders."""

import hashlib
from pathlib import Path


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, read in chunks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def tree_manifest(root: Path) -> dict[str, str]:
    """Map each file below `root` (POSIX relative name) to its SHA-256, sorted by name."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix(): file_digest(path) for path in files}
