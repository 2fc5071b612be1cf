"""What became of one rule."""

from dataclasses import dataclass, field

import numpy as np

from vaegis.contract import Rule


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Outcome:
    """What became of one rule."""

    rule: Rule
    rows: int
    """Rows of the table it looked at."""
    success: bool = False
    unexpected: int = 0
    missing: int = 0
    """Rows it passed over because the value is missing."""
    offenders: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Positions of the unexpected rows in the table, ascending."""
    observed: str = ""
    """What an aggregate rule saw."""
    problem: str = ""
    """Why the rule could not be evaluated; empty if it was."""
