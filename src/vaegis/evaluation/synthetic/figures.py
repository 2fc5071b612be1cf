"""The figures of generated rows, from what was found out about them."""

from pathlib import Path
from typing import Final

import pandas as pd

from vaegis.evaluation.evidence import Evidence
from vaegis.evaluation.figure import FigureSpec
from vaegis.evaluation.synthetic import findings
from vaegis.evaluation.synthetic.draw import marginals, pair_differences, use
from vaegis.evaluation.synthetic.shapes import column_shapes
from vaegis.evaluation.synthetic.trends import trend_score


def draw_marginals(folder: Path, evidence: Evidence) -> None:
    """Draw every column of training and of generated rows."""
    case = evidence.case
    real, made, columns = case.once(findings.real), case.once(findings.made), findings.columns(case)
    marginals(folder / "marginals.png", real, made, columns, float(column_shapes(real, made, columns)["shape"].mean()))


def draw_pairs(folder: Path, evidence: Evidence) -> None:
    """Draw what trends generated rows miss."""
    pairs = evidence.case.once(findings.pairs)
    if pairs["score"].notna().any():
        pair_differences(folder / "pair_differences.png", pairs, trend_score(pairs, every=True))


def draw_use(folder: Path, evidence: Evidence) -> None:
    """Draw use and augmentation, as far as they could be measured."""
    tables: list[pd.DataFrame | None] = [evidence.tables.get(name) for name in ("utility", "augmentation")]
    if any(table is not None for table in tables):
        use(folder / "synthetic_use.png", *tables)


FIGURES: Final[dict[str, FigureSpec]] = {
    "marginals": FigureSpec(draw=draw_marginals),
    "pair_differences": FigureSpec(draw=draw_pairs),
    "synthetic_use": FigureSpec(draw=draw_use, tier="full"),
}
