"""Section `source_state`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStateConfig:
    """What to fingerprint."""

    folders: list[str] = field(default_factory=lambda: ["data/store"])
    """Folders of Parquet files the feature store reads."""
