"""Which figures of the latent space there are, and from what each is drawn."""

from pathlib import Path
from typing import Final

import numpy as np

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.figure import FigureSpec
from vaegis.evaluation.latent import capacity, draw, findings, tables
from vaegis.evaluation.latent.interpolation import STEPS, near_share
from vaegis.evaluation.latent.traversal import standardised


def traversal(folder: Path, evidence: Evidence) -> None:
    """Draw what moves along each dimension."""
    case = evidence.case
    table = case.once(tables.traversals)
    moved = standardised(case.model, table)
    if not moved.shape[1]:
        raise NotComputable("no numeric column moves")
    draw.traversal(folder / "traversal.png", table, moved)


def interpolation(folder: Path, evidence: Evidence) -> None:
    """Draw the longest way between two rows, and how far from training rows all lead."""
    case = evidence.case
    paths = case.once(findings.paths)
    pairs = len(paths.latent_PT)
    longest = _longest(case)
    way = standardised(case.model, paths.decoded.iloc[longest * STEPS : (longest + 1) * STEPS])
    ends = standardised(case.model, paths.ends.iloc[[longest, pairs + longest]])
    near = float(near_share(paths.latent_PT).mean()), float(near_share(paths.straight_PT).mean())
    draw.interpolation(folder / "interpolation.png", way, ends, case.once(tables.ways), near)


def size_curve(folder: Path, evidence: Evidence) -> None:
    """Draw what more and more latents give back."""
    draw.size_curve(folder / "size_curve.png", evidence.case.once(capacity.size_table))


def _longest(case: Case) -> int:
    """Return which pair lies farthest apart in the table."""
    paths = case.once(findings.paths)
    x_ND = standardised(case.model, paths.ends).to_numpy()
    if not x_ND.shape[1]:
        raise NotComputable("no numeric column moves")
    first_PD, last_PD = np.split(x_ND, 2)
    return int(((first_PD - last_PD) ** 2).sum(axis=1).argmax())


FIGURES: Final[dict[str, FigureSpec]] = {
    "traversal": FigureSpec(draw=traversal, tier="full"),
    "interpolation": FigureSpec(draw=interpolation, tier="full"),
    "size_curve": FigureSpec(draw=size_curve, tier="full"),
}
