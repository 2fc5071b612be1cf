"""The files of a table: one, or all of a folder, whose subfolders may name values (`year=2024/`)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from vaegis.data.files.source_text import ALLOWED, is_parquet
from vaegis.errors import ArtifactError, DataError

SUFFIXES: Final = (".csv", ".tsv", ".tab", ".psv", ".txt", ".dat", ".data", ".parquet", ".pq")
PACKED: Final = (".gz", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table."""

    path: Path
    name: str
    """Relative to the folder, with `/`; the bare name of a single file."""
    values: tuple[tuple[str, str], ...] = ()
    """Columns and values that the folders name."""


def find_parts(path: Path) -> tuple[Part, ...]:
    """Return the files of a table, sorted by name.

    Raises:
        ArtifactError: nothing is there, it may not be read, or the folder holds no table.
        DataError: the folders name other columns from file to file, or formats are mixed.
    """
    if not path.exists():
        raise ArtifactError(f"{path} does not exist", allowed=ALLOWED)
    if not path.is_dir():
        return (Part(path, path.name),)
    try:
        files = sorted(file for file in path.rglob("*") if file.is_file() and _is_table(file.relative_to(path)))
    except PermissionError:
        raise ArtifactError(f"{path} may not be read", where="its permissions") from None
    if not files:
        raise ArtifactError(f"folder {path} holds no table", allowed=ALLOWED)
    parts = tuple(Part(file, file.relative_to(path).as_posix(), _named(file.relative_to(path))) for file in files)
    for part in parts[1:]:
        if [name for name, _ in part.values] != [name for name, _ in parts[0].values]:
            raise DataError(
                f"{part.name} and {parts[0].name} lie in folders of other columns", allowed="the same everywhere"
            )
    forms = {is_parquet(part.path) for part in parts}
    if len(forms) > 1:
        raise DataError(f"folder {path} holds Parquet beside text", allowed="one kind of file", where="the folder")
    return parts


def _is_table(inside: Path) -> bool:
    if any(part.startswith((".", "_")) for part in inside.parts):
        return False
    suffixes = [suffix for suffix in inside.suffixes if suffix.lower() not in PACKED]
    return (bool(suffixes) and suffixes[-1].lower() in SUFFIXES) or inside.name.startswith("part-")


def _named(inside: Path) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition("=") for part in inside.parts[:-1] if "=" in part)
    return tuple((name, "" if value == "__HIVE_DEFAULT_PARTITION__" else unquote(value)) for name, _, value in pairs)
