"""What a figure declares of itself: one function and one line in `FIGURES`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vaegis.evaluation.evidence import Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureSpec:
    """One figure, or several of one kind."""

    draw: Callable[[Path, Evidence], None]
    """Writes `<name>.png` into the folder, or nothing if it does not apply."""
    tier: str = "fast"
