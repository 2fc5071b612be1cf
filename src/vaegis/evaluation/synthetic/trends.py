"""How like the trends between two columns are, as SDMetrics defines it.

Two amounts: 1 - |difference of Pearson correlations| / 2. Else: 1 - total variation distance of the joint shares.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats.contingency import association

from vaegis.contract import ColumnSpec
from vaegis.evaluation.synthetic.pair_counts import Coder, PairCounts, Stream, count_pairs, ranges

CORRELATED: Final = 0.5
"""|Pearson correlation| of the real rows above which a pair of amounts counts as associated (SDMetrics' report)."""
ASSOCIATED: Final = 0.3
"""The same of Cramer's V, where levels are involved."""


def pair_trends(
    real: pd.DataFrame, made: pd.DataFrame | Stream, columns: Sequence[ColumnSpec], *, anchored: bool = False
) -> pd.DataFrame:
    """Return one row a pair: `first`, `second`, `score`, `association` of the real rows, `associated`.

    Equal to SDMetrics 0.32, up to 500 levels a column. It cuts each table's amounts by that table's own range, so that
    one extreme row moves many pairs; `anchored` cuts both by the real range. A score is NaN where a column of the pair
    does not vary. `made` may be a stream, which is read twice.
    """
    chunks: Stream = (lambda: [made]) if isinstance(made, pd.DataFrame) else made
    coder, other = coders(real, chunks, columns, anchored=anchored)
    here, there = count_pairs([real], coder), count_pairs(chunks(), other)
    records = [{"first": a.name, "second": b.name, **_compare(a, b, here, there)} for a, b in combinations(columns, 2)]
    return pd.DataFrame(records, columns=["first", "second", "score", "association", "associated"])


def coders(real: pd.DataFrame, chunks: Stream, columns: Sequence[ColumnSpec], *, anchored: bool) -> tuple[Coder, Coder]:
    """Return how the real and the generated rows become codes."""
    coder = Coder.of(columns, real)
    if anchored:
        return coder.anchored(), coder.anchored()
    return coder, replace(coder, edges=ranges(chunks(), list(coder.edges)))


def trend_score(pairs: pd.DataFrame, *, every: bool = False) -> float:
    """Return the mean score of the pairs that are associated in the real rows, or of every pair; NaN without any."""
    scores = pairs["score"] if every else pairs.loc[pairs["associated"].astype(bool), "score"]
    return float(scores.mean()) if scores.notna().any() else float("nan")


def _compare(a: ColumnSpec, b: ColumnSpec, real: PairCounts, made: PairCounts) -> dict[str, Any]:
    if not real.rows or not made.rows:
        return _pair(float("nan"), float("nan"), 1.0)
    if not a.is_discrete and not b.is_discrete:
        here, there = real.correlation(a.name, b.name), made.correlation(a.name, b.name)
        return _pair(1.0 - abs(here - there) / 2.0, abs(here), CORRELATED)
    counts, others = real.joint[a.name, b.name], made.joint[a.name, b.name]
    score = 1.0 - 0.5 * float(np.abs(counts / real.rows - others / made.rows).sum())
    return _pair(score, cramer(counts), ASSOCIATED)


def _pair(score: float, strength: float, bar: float) -> dict[str, Any]:
    return {"score": score, "association": strength, "associated": bool(strength > bar and not np.isnan(score))}


def cramer(counts: np.ndarray) -> float:
    """Return Cramer's V of a table of counts; NaN where one side has a single level."""
    held = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    return float("nan") if min(held.shape) < 2 else float(association(held, method="cramer"))
