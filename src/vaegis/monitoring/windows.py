"""A batch against the reference's own windows of the same length: what is usual for so many days in a row.

Days follow each other and resemble their neighbours, so labels may not be shuffled day by day. A batch of L days in a
row is held against every L days in a row of the reference instead, each against its own season without itself
(moving blocks: Künsch 1989; Chernozhukov, Wüthrich & Zhu 2018, section 3.2). L blocks, W windows, B blocks, F features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np

from vaegis.monitoring.blocks import DAY
from vaegis.monitoring.distances import Distance
from vaegis.monitoring.reference import Reference

_YEAR: Final = 365.25
MARGIN_DAYS: Final = 7
TAIL_WINDOWS: Final = 100
"""Windows from which on the tail of their distances can be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """New windows, and the reference's as long; each with the sums of its centre. V new windows."""

    usual: "Usual"
    sums_VF: np.ndarray
    centre_VF: np.ndarray

    @classmethod
    def of(
        cls, reference: Reference, start_VL: np.ndarray, sums_VF: np.ndarray, season_days: int, *, held_only: bool
    ) -> Self:
        """Hold windows whose blocks start at `start_VL` against all blocks of a reference, or the held-out ones."""
        usual = _usual(reference, start_VL.shape[1], season_days, held_only)
        near = _season(start_VL.ravel(), usual.start_B, usual.season_days)
        near_VLB = near.reshape(*start_VL.shape, len(usual.start_B))
        return cls(usual, sums_VF, near_VLB.max(axis=1, initial=0.0) @ usual.sums_BF)

    @property
    def number(self) -> int:
        """Windows of the reference."""
        return len(self.usual.sums_WF)

    def measure(self, distance: Distance, features: Sequence[slice]) -> tuple[np.ndarray, np.ndarray]:
        """Return the distances from their centres of the new windows, and of the reference's."""
        columns = _columns(tuple((part.start, part.stop) for part in features))
        return distance(self.sums_VF[:, columns], self.centre_VF[:, columns]), self.usual.measure(distance, features)


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """The reference's own windows of one length: the same for every batch of that length, so made once."""

    start_B: np.ndarray
    sums_BF: np.ndarray
    season_days: int
    sums_WF: np.ndarray
    centre_WF: np.ndarray

    def measure(self, distance: Distance, features: Sequence[slice]) -> np.ndarray:
        """Return the distance of each window from its centre, (W,)."""
        return _measured(self, distance, tuple((part.start, part.stop) for part in features))


@lru_cache(maxsize=12)
def _usual(reference: Reference, length: int, season_days: int, held_only: bool) -> Usual:
    kept_B = reference.held_B if held_only else np.ones(len(reference.start_B), dtype=bool)
    start_B, sums_BF = reference.start_B[kept_B], reference.sums_BF[kept_B].astype(np.float64)
    season_days = season_days if reference.spans_a_year else 0
    member_WB = _windows(len(start_B), length)
    # A window's season is that of any of its days. Neither the window nor the days beside it belong to its centre: they
    # resemble it, as no day of the reference resembles a new one.
    beside_BB = np.abs(start_B[:, None] - start_B[None]) <= (MARGIN_DAYS if reference.kind == DAY else 0)
    near_WB = (member_WB @ _season(start_B, start_B, season_days) > 0) & (member_WB @ beside_BB == 0)
    return Usual(start_B, sums_BF, season_days, member_WB @ sums_BF, near_WB.astype(np.float64) @ sums_BF)


@lru_cache(maxsize=1024)
def _measured(usual: Usual, distance: Distance, features: tuple[tuple[int, int], ...]) -> np.ndarray:
    columns = _columns(features)
    return distance(usual.sums_WF[:, columns], usual.centre_WF[:, columns])


def _columns(features: tuple[tuple[int, int], ...]) -> np.ndarray:
    return np.concatenate([np.arange(*part) for part in features])


def rank(own: float, others: np.ndarray) -> float:
    """Return the share of windows as far out as this one, itself included: a p-value (Vovk et al. 2005, eq. 2.20).

    Beyond the furthest of enough windows it falls on as their tail does, exponentially: distances that are bounded or
    nearly normal fall faster (Pickands 1975; Knijnenburg et al. 2009).
    """
    others = others[np.isfinite(others)]
    share = float((1 + (others >= own).sum()) / (1 + len(others)))
    if len(others) < TAIL_WINDOWS or own <= others.max():
        return share
    start = np.quantile(others, 0.9)
    fall = float((others[others > start] - start).mean()) if (others > start).any() else 0.0
    return share * float(np.exp(-(own - others.max()) / fall)) if fall > 0.0 else share


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
