"""A batch against the reference's own windows of the same length: what is usual for so many days in a row.

Days follow each other and resemble their neighbours, so labels may not be shuffled day by day. A batch of L days in a
row is held against every L days in a row of the reference instead, each against its own season without itself
(moving blocks: Künsch 1989; Chernozhukov, Wüthrich & Zhu 2018, section 3.2). L blocks, W windows, B blocks, F features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from vaegis.monitoring.distances import Distance
from vaegis.monitoring.reference import Reference

_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Sums of new windows and of the reference's, each with the sums of its centre; the new ones come first."""

    new: int
    sums_WF: np.ndarray
    centre_WF: np.ndarray

    @classmethod
    def of(
        cls, reference: Reference, kept_B: np.ndarray, start_VL: np.ndarray, sums_VF: np.ndarray, season_days: int
    ) -> Self:
        """Cut the kept blocks of a reference into windows as long as the V new ones of blocks `start_VL`."""
        start_B, sums_BF = reference.start_B[kept_B], reference.sums_BF[kept_B].astype(np.float64)
        season_days = season_days if reference.spans_a_year else 0
        new, length = start_VL.shape
        member_WB = _windows(len(start_B), length)
        near_BB = _season(start_B, start_B, season_days)
        near_VB = _season(start_VL.ravel(), start_B, season_days).reshape(new, length, len(start_B)).any(axis=1)
        # A window's season is that of any of its days; the window itself does not belong to its centre.
        near_WB = (member_WB @ near_BB > 0) & (member_WB == 0)
        centre_WF = np.vstack([near_VB, near_WB]).astype(np.float64) @ sums_BF
        return cls(new, np.vstack([sums_VF, member_WB @ sums_BF]), centre_WF)

    @property
    def number(self) -> int:
        """Windows of the reference."""
        return len(self.sums_WF) - self.new

    def measure(self, distance: Distance, features: Sequence[slice]) -> np.ndarray:
        """Return the distance of each window from its centre, (W,), the new ones first."""
        columns = np.concatenate([np.arange(part.start, part.stop) for part in features])
        return distance(self.sums_WF[:, columns], self.centre_WF[:, columns])


def rank(own: float, others: np.ndarray) -> float:
    """Return the share of windows as far out as this one, itself included: a p-value (Vovk et al. 2005, eq. 2.20)."""
    others = others[np.isfinite(others)]
    return float((1 + (others >= own).sum()) / (1 + len(others)))


def _windows(number: int, length: int) -> np.ndarray:
    """Return which blocks each window of `length` blocks in a row holds, WB."""
    count = max(0, number - length + 1)
    place_WB = np.arange(number)[None] - np.arange(count)[:, None]
    return np.asarray((place_WB >= 0) & (place_WB < length), dtype=np.float64)


def _season(place_L: np.ndarray, start_B: np.ndarray, season_days: int) -> np.ndarray:
    """Return which blocks lie in the season of each place, LB; without seasons all do."""
    if season_days == 0:
        return np.ones((len(place_L), len(start_B)))
    apart_LB = np.abs(place_L[:, None] - start_B[None]) % _YEAR
    return np.asarray(np.minimum(apart_LB, _YEAR - apart_LB) <= season_days, dtype=np.float64)
