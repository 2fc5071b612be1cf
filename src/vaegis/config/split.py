"""Section `split`: which rows train, tune, calibrate and test."""

from dataclasses import dataclass, field

from vaegis.config.checks import one_of, within


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitConfig:
    """Blocks of time, since neighbouring rows are nearly equal and a random split leaks."""

    test_from: str = "2015-01-01"
    """Event time from which rows are for test only (UTC)."""
    block_days: int = 7
    """Length of a block, days."""
    gap_hours: float = 24.0
    """Rows this near to a block of another role are left out, hours."""
    pattern: list[str] = field(default_factory=lambda: ["train", "train", "validation", "train", "calibration"])
    """Roles of consecutive blocks, repeated."""

    def __post_init__(self) -> None:
        """Refuse impossible blocks."""
        within("split.block_days", self.block_days, 1)
        within("split.gap_hours", self.gap_hours, 0.0)
        within("split.pattern (blocks)", len(self.pattern), 1)
        for role in self.pattern:
            one_of("split.pattern", role, ("train", "validation", "calibration"))
