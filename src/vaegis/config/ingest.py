"""Section `ingest`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestConfig:
    """Where the rows of the store come from; a project with its own feature store sets `source: none`."""

    source: str = "la_haute_borne"
    """A key of `vaegis.data.sources.SOURCES`, `file` (read as `feature_repo/source.json` says), or `none`."""
    path: str = ""
    """With `source: file`: a file, or a folder of files, relative to the project's root or absolute."""
