"""Section `evaluate`."""

from dataclasses import dataclass, field
from typing import Final

from vaegis.config.checks import one_of, within

TIERS: Final = ("fast", "full")


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluateConfig:
    """How much evidence, and the operating point."""

    seed: int = 0
    tier: str = "full"
    """`full`: every metric, under 2 minutes on two cores for the demo's model; `fast`: the cheap ones, under 30 s."""
    false_alarm_rate: float = 0.01
    """Share of normal rows that may be flagged; sets the threshold on the calibration rows."""
    max_rows: int = 40_000
    """Test rows used for row-wise figures: whole days of a series, evenly spaced; of events, rows evenly spaced."""
    nll_rows: int = 2_000
    """Rows for the importance-weighted bound."""
    nll_samples: int = 64
    """Importance samples a row."""
    fault_sizes: list[float] = field(default_factory=lambda: [1.0, 2.0, 4.0])
    """Sizes of injected faults, in training standard deviations of the column."""
    fault_hours: float = 6.0
    """Length of an injected fault in a series; where rows are events a fault sits in one row."""
    sample_rows: int = 10_000
    """Generated rows to judge."""
    targets: list[str] = field(default_factory=list)
    """Columns that learners predict from raw and from latent columns: binary, numeric or count. Empty: every binary
    label, and the amount that the first reference curve explains."""
    factors: list[str] = field(default_factory=list)
    """Columns that hold known causes of the rows, for disentanglement. Empty: it is not measured."""
    other_seeds: list[str] = field(default_factory=list)
    """Bundles of the same recipe with other seeds, for stability. DVC does not watch them; the table
    `seed_agreement` names their digests."""

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        one_of("evaluate.tier", self.tier, TIERS)
        within("evaluate.false_alarm_rate", self.false_alarm_rate, 0.0, 0.5, above=True)
        for key in ("max_rows", "nll_rows", "nll_samples", "sample_rows"):
            within(f"evaluate.{key}", getattr(self, key), 1)
        for size in self.fault_sizes:
            within("evaluate.fault_sizes", size, 0.0, above=True)
        within("evaluate.fault_hours", self.fault_hours, 0.0, above=True)
