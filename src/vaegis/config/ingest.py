"""Section `ingest`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestConfig:
    """Where the demo source comes from; a project with its own feature store sets `source: none`."""

    source: str = "la_haute_borne"
    """A key of `vaegis.data.sources.SOURCES`, or `none`."""
