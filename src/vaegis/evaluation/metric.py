"""What a metric and a table declare of themselves: one function and one line in their topic's dictionary."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import pandas as pd

from vaegis.config.evaluate import TIERS
from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate

Family = Mapping[tuple[str, ...], Estimate]
"""Estimates of one metric for several things; their names fill the gaps in its name, in order."""
DIRECTIONS: Final = ("higher", "lower", "neutral")


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricSpec:
    """One metric. Gaps in its name, like `{label}`, may be used in the definition too."""

    definition: str
    """What is measured, with its source if it is a formula."""
    unit: str
    """Empty: a number without a unit."""
    direction: str
    """Which is better: `higher`, `lower` or `neutral`."""
    reading: str
    """What is good and what is bad."""
    compute: Callable[[Case], Estimate | Family]
    """May raise `NotComputable` with the reason. A name with gaps needs a `Family`."""
    tier: str = "fast"
    """`fast`: always measured; `full`: only with `evaluate.tier: full`."""
    no_interval: str = ""
    """Why it never has an interval; empty for one that has, where rows are enough."""

    def __post_init__(self) -> None:
        """Refuse an unknown direction or tier, and silence."""
        if self.direction not in DIRECTIONS or self.tier not in TIERS or not (self.definition and self.reading):
            raise ValueError(f"{self} needs a direction of {DIRECTIONS}, a tier of {TIERS}, definition and reading")


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSpec:
    """One table of `reports/evaluation/tables`."""

    title: str
    """What a row is, and what the columns hold."""
    make: Callable[[Case], pd.DataFrame]
    """May raise `NotComputable`: the table is then left out."""
    tier: str = "fast"


class Tiered(Protocol):
    """Anything that belongs to a tier."""

    @property
    def tier(self) -> str:
        """`fast` or `full`."""
        ...


def in_tier(spec: Tiered, tier: str) -> bool:
    """Whether something is measured in this tier."""
    return spec.tier == "fast" or tier == "full"
