"""One metric of two models, candidate minus champion, and whether it moved beyond noise. R resamples."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import MIN_BLOCKS, Bootstrap, percentiles

BETTER: Final = "better"
WORSE: Final = "worse"
MOVED: Final = "moved"
NOISE: Final = "within noise"
NOT_COMPUTABLE: Final = "not computable"
NEUTRAL: Final = "neutral"
"""A direction: neither way is better."""
_DIGITS: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One metric of both models, and candidate minus champion."""

    metric: str
    unit: str
    direction: str
    """Which is better, `higher` or `lower`; `neutral`: neither."""
    rows: int
    candidate: float | None
    champion: float | None
    difference: float | None
    low: float | None
    high: float | None
    """Central 95 % of the resampled differences."""
    verdict: str
    """`better`, `worse`, `moved` (of a neutral one), `within noise` or `not computable`."""
    reason: str = ""
    """Why it is not computable."""


def judge(
    metric: str, values: Iterable[np.ndarray], draws: Bootstrap, direction: str, unit: str, rows: int, reason: str = ""
) -> Difference:
    """Hold both models' values under each draw (two of (R,)) against each other; `reason`: why they cannot be."""
    candidate_R, champion_R = values
    apart_R = candidate_R - champion_R
    low, high = percentiles(apart_R[1:]) or (float("nan"), float("nan"))
    if not reason and not np.isfinite(apart_R[0]):
        reason = "one of the two has no number on these rows"
    if not reason and draws.num_blocks < MIN_BLOCKS:
        reason = f"{draws.num_blocks} blocks of rows say nothing of noise, at least {MIN_BLOCKS} are needed"
    if not reason and not np.isfinite(low):
        reason = "too many resamples of the rows leave nothing to measure"
    numbers = {"candidate": candidate_R[0], "champion": champion_R[0], "difference": apart_R[0]}
    if reason:
        numbers |= {"difference": float("nan")}
        low = high = float("nan")
    return Difference(
        metric=metric,
        unit=unit,
        direction=direction,
        rows=rows,
        low=_rounded(low),
        high=_rounded(high),
        verdict=NOT_COMPUTABLE if reason else _verdict(low, high, direction),
        reason=reason,
        **{name: _rounded(float(value)) for name, value in numbers.items()},
    )


def _verdict(low: float, high: float, direction: str) -> str:
    if low <= 0.0 <= high:
        return NOISE
    if direction == NEUTRAL:
        return MOVED
    return BETTER if (low > 0.0) == (direction == "higher") else WORSE


def _rounded(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None
