"""Section `split`: which rows train, tune, calibrate and test."""

from dataclasses import dataclass, field

from vaegis.config.checks import one_of, within


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitConfig:
    """Blocks of time, since neighbouring rows are nearly equal and a random split leaks; or whole entities."""

    by: str = "time"
    """`time`: roles by blocks of time. `entity`: all rows of an entity share a role, drawn by a hash of its keys."""
    test_from: str = ""
    """By time: event time from which rows are for test only (UTC), e.g. 2015-01-01; empty: none but `hold_out`."""
    test_share: float = 0.2
    """By entity: share of entities for test, 0 to 0.9."""
    hold_out: list[list[str]] = field(default_factory=list)
    """Periods [from, to) (UTC) whose rows are for test whatever else they were, such as a known incident."""
    block_days: float = 7.0
    """By time: length of a block, days; less than 1 for a short time span."""
    gap_hours: float = 24.0
    """Rows this near to a block of another role, or to a held-out period, are left out, hours."""
    pattern: list[str] = field(default_factory=lambda: ["train", "train", "validation", "train", "calibration"])
    """Roles of consecutive blocks, repeated; by entity: the shares of what is not for test."""

    def __post_init__(self) -> None:
        """Refuse impossible blocks."""
        one_of("split.by", self.by, ("time", "entity"))
        within("split.test_share", self.test_share, 0.0, 0.9)
        within("split.block_days", self.block_days, 0.0, above=True)
        within("split.gap_hours", self.gap_hours, 0.0)
        within("split.pattern (blocks)", len(self.pattern), 1)
        for role in self.pattern:
            one_of("split.pattern", role, ("train", "validation", "calibration"))
        for period in self.hold_out:
            within("split.hold_out (times of a period: from, to)", len(period), 2, 2)
