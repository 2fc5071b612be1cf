"""Rows with amounts and levels as points, so that distances mean something. N rows, W coordinates.

An amount becomes its rank among the real rows (0 to 1), so that no unit and no tail outweighs the others; two
different levels lie 1 apart, and so does a missing cell from one that is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text

KNOTS: Final = 1_000
"""Quantiles that a rank is read from, by interpolation."""
MOST_LEVELS: Final = 50
"""Levels told apart, the most frequent; the others share one coordinate."""
_BLOCK_ROWS: Final = 4_096


@dataclass(frozen=True, slots=True)
class RowSpace:
    """The scale of every column, learnt from real rows."""

    knots: dict[str, np.ndarray]
    levels: dict[str, pd.Index]

    @classmethod
    def fit(cls, frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> Self:
        """Learn ranks of amounts and the levels to tell apart."""
        knots, levels = {}, {}
        for column in columns:
            values = frame[column.name].dropna()
            if column.is_discrete:
                levels[column.name] = as_text(values).value_counts().index[:MOST_LEVELS]
            else:
                ranks = np.linspace(0.0, 1.0, min(KNOTS, max(2, len(values))))
                knots[column.name] = np.quantile(as_numbers(values), ranks) if len(values) else np.zeros(2)
        return cls(knots, levels)

    def without(self, name: str) -> Self:
        """Return the scale of the other columns."""
        knots, levels = ({key: known for key, known in of.items() if key != name} for of in (self.knots, self.levels))
        return replace(self, knots=knots, levels=levels)

    @property
    def width(self) -> int:
        """Number of coordinates."""
        return 2 * len(self.knots) + sum(len(levels) + 2 for levels in self.levels.values())

    def points(self, frame: pd.DataFrame) -> np.ndarray:
        """Return float64 (N, W)."""
        parts = [_ranks(as_numbers(frame[name]), knots) for name, knots in self.knots.items()]
        parts += [_indicators(frame[name], levels) for name, levels in self.levels.items()]
        return np.ascontiguousarray(np.concatenate([*parts, np.empty((len(frame), 0))], axis=1))


def nearest(points_NW: np.ndarray, among_MW: np.ndarray, k: int = 1) -> np.ndarray:
    """Return distances (N, k) to the k nearest of the others, nearest first; block by block."""
    k = min(k, len(among_MW))
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(among_MW)
    blocks = [search.kneighbors(points_NW[at : at + _BLOCK_ROWS])[0] for at in range(0, len(points_NW), _BLOCK_ROWS)]
    return np.concatenate(blocks) if blocks else np.empty((0, k))


def _ranks(values_N: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return the rank, of a repeated value that in the middle of its stretch, and whether the cell is missing."""
    value, group = np.unique(knots, return_inverse=True)
    rank = np.bincount(group, weights=np.linspace(0.0, 1.0, len(knots))) / np.bincount(group)
    missing_N = np.isnan(values_N)
    rank_N = np.interp(values_N, value, rank) + _beyond(values_N, knots)
    return np.column_stack([np.where(missing_N, 0.5, rank_N), missing_N.astype(np.float64)])


def _beyond(values_N: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return how far outside the real range a value lies, as a share of it: two outliers are not the same place."""
    span = float(knots[-1] - knots[0]) or 1.0
    outside_N = np.maximum(values_N - knots[-1], 0.0) - np.maximum(knots[0] - values_N, 0.0)
    return np.asarray(np.clip(outside_N / span, -1.0, 1.0))


def _indicators(values: pd.Series, levels: pd.Index) -> np.ndarray:
    codes_N = levels.get_indexer(as_text(values))
    rest_N = np.where(values.isna(), len(levels) + 1, len(levels))
    codes_N = np.where(codes_N < 0, rest_N, codes_N)
    return np.asarray(np.eye(len(levels) + 2)[codes_N] * np.sqrt(0.5))
