"""Open a source, whatever it is: a file, a folder of them, or a Feast repository."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from vaegis.errors import ArtifactError
from vaegis.project.survey import Survey


class Opened(Protocol):
    """A source that was read once, and can be surveyed under different answers."""

    def survey(self, *, time: str | None = None, keys: list[str] | None = None, label: str | None = None) -> Survey:
        """Guess the contract; None: guess, an empty text or list: there is none."""
        ...


def open_source(source: Path, name: str, service: str = "", reading: Mapping[str, Any] | None = None) -> Opened:
    """Read a source for a project called `name`; `reading` settles how a file is read, as `sniff` takes it.

    Raises:
        ArtifactError: there is nothing at `source`.
        DataError: it cannot be read as a table, or pulled.
    """
    if not source.exists():
        allowed = "a CSV or Parquet file, a folder of them, or a Feast repository"
        raise ArtifactError(f"{source} does not exist", allowed=allowed, where="SOURCE")
    root = repository_root(source)
    if root:
        from vaegis.project.repository import open_repository  # noqa: PLC0415 - feast and duckdb, only if needed

        return open_repository(root, name, service)
    from vaegis.project.table import open_table  # noqa: PLC0415

    return open_table(source, name, reading)


def repository_root(folder: Path) -> Path | None:
    """Return where feature_store.yaml lies: in `folder`, or in its feature_repo/, as `feast init` lays it out."""
    places = (folder, folder / "feature_repo")
    return next((place.resolve() for place in places if (place / "feature_store.yaml").is_file()), None)
