"""The figures of privacy, from its tables."""

from pathlib import Path
from typing import Final

from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.figure import FigureSpec
from vaegis.evaluation.privacy.draw import closest_rows


def distances(folder: Path, evidence: Evidence) -> None:
    """Draw how near generated and fresh rows come to training rows."""
    if "privacy_distances" in evidence.tables:
        closest_rows(folder / "privacy_distances.png", evidence.tables["privacy_distances"])


FIGURES: Final[dict[str, FigureSpec]] = {"privacy_distances": FigureSpec(draw=distances, tier="full")}
