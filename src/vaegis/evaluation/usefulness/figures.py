"""Which figures of usefulness there are, and from what each is drawn."""

from pathlib import Path
from typing import Final

from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.figure import FigureSpec
from vaegis.evaluation.usefulness import draw
from vaegis.evaluation.usefulness.results import table


def usefulness(folder: Path, evidence: Evidence) -> None:
    """Draw scores on raw, latent and both columns."""
    draw.usefulness(folder / "usefulness.png", evidence.case.once(table))


FIGURES: Final[dict[str, FigureSpec]] = {"usefulness": FigureSpec(draw=usefulness, tier="full")}
