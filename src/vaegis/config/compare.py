"""Section `compare`."""

from dataclasses import dataclass

from vaegis.config.checks import within


@dataclass(frozen=True, kw_only=True, slots=True)
class CompareConfig:
    """How sure a difference from the champion is made."""

    resamples: int = 1_000
    """How often the blocks of rows are drawn again for an interval."""

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        within("compare.resamples", self.resamples, 200)
