"""Section `source_state`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStateConfig:
    """What to fingerprint."""

    folders: list[str] = field(default_factory=lambda: ["data/store"])
    """Parquet files the feature store reads, or folders of them."""
    definitions: str = ""
    """Folder of a Feast repository elsewhere, whose definitions count too; empty: none."""
