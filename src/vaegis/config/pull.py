"""Section `pull`."""

from dataclasses import dataclass

from vaegis.config.checks import within


@dataclass(frozen=True, kw_only=True, slots=True)
class PullConfig:
    """Which rows of which feature service."""

    repository: str = ""
    """Folder of a Feast repository elsewhere, which is read and never written; empty: feature_repo/."""
    service: str = "turbine_health_v1"
    """Name of a FeatureService of the repository."""
    start: str = ""
    """First event time, ISO 8601, inclusive; empty: from the first row."""
    end: str = ""
    """Last event time, ISO 8601, exclusive; empty: to the last row."""
    max_rows: int = 0
    """0: all rows; else about this many, as whole days spread evenly over the time span, every entity."""

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        within("pull.max_rows", self.max_rows, 0)
