"""Section `admit`."""

from dataclasses import dataclass

from vaegis.config.checks import within


@dataclass(frozen=True, kw_only=True, slots=True)
class AdmitConfig:
    """How much bad data may be set aside before the pipeline stops."""

    max_quarantined: float = 0.01
    """Largest share of pulled rows in quarantine, 0 to 1. The demo has 0.62 %."""

    def __post_init__(self) -> None:
        """Refuse a share outside 0 to 1."""
        within("admit.max_quarantined", self.max_quarantined, 0.0, 1.0)
