"""What must be counted of a table to compare its pairs of columns; rows may come in chunks. D amounts, V codes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, Self

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text

BINS: Final = 10
MOST_LEVELS: Final = 500
"""Levels of a column told apart; the rarer ones are one level."""
_FLAT: Final = 1e-13
"""Share of the mean square below which a spread is rounding."""

Stream = Callable[[], Iterable[pd.DataFrame]]
"""Gives the same frames at each call."""


@dataclass(frozen=True, slots=True)
class Coder:
    """Turns levels and amounts into codes: amounts by ten bins of equal width, the last code for maximum and NaN."""

    columns: Sequence[ColumnSpec]
    levels: dict[str, pd.Index]
    edges: dict[str, np.ndarray]
    scale: dict[str, tuple[float, float]]
    """Mean and spread of amounts in the real rows; only to keep sums of squares small."""

    @classmethod
    def of(cls, columns: Sequence[ColumnSpec], real: pd.DataFrame) -> Self:
        """Read levels, range and scale from the real rows."""
        levels = {c.name: as_text(real[c.name].dropna()).value_counts().index for c in columns if c.is_discrete}
        amounts = [column.name for column in columns if not column.is_discrete]
        return cls(
            columns,
            {name: index[:MOST_LEVELS] for name, index in levels.items()},
            ranges([real], amounts),
            {name: _scale(as_numbers(real[name])) for name in amounts},
        )

    def anchored(self) -> Self:
        """Return the coder whose outer bins have no end: the real range cuts every table."""
        edges = {name: np.concatenate([[-np.inf], edge[1:-1], [np.inf]]) for name, edge in self.edges.items()}
        return replace(self, edges=edges)

    def width(self, column: ColumnSpec) -> int:
        """Return the number of codes."""
        return len(self.levels[column.name]) + 2 if column.is_discrete else BINS + 2

    def codes(self, values: pd.Series, column: ColumnSpec) -> np.ndarray:
        """Return a code a row; of levels the last but one is for those not told apart, the last for missing ones."""
        if not column.is_discrete:
            return np.asarray(np.digitize(as_numbers(values), self.edges[column.name]))
        known = self.levels[column.name].get_indexer(as_text(values))
        rest = np.where(values.isna(), len(self.levels[column.name]) + 1, len(self.levels[column.name]))
        return np.asarray(np.where(known < 0, rest, known))

    def amounts(self, frame: pd.DataFrame) -> np.ndarray:
        """Return (N, D), NaN where missing."""
        parts = [(as_numbers(frame[name]) - mean) / spread for name, (mean, spread) in self.scale.items()]
        return np.column_stack(parts) if parts else np.empty((len(frame), 0))


@dataclass(slots=True)
class PairCounts:
    """Joint counts of pairs with levels, joint moments of pairs of amounts."""

    rows: int
    joint: dict[tuple[str, str], np.ndarray]
    """(V, V) by the names of two columns."""
    amounts: list[str]
    moments_4DD: np.ndarray
    """Over rows that have both amounts: their number, sum of the first, of its square, of the product."""

    def correlation(self, first: str, second: str) -> float:
        """Return Pearson's correlation over rows that have both; NaN where one of them does not vary."""
        both = [self.amounts.index(first), self.amounts.index(second)]
        return float(correlations(self.moments_4DD[np.ix_(range(4), both, both)])[0, 1])


def count_pairs(chunks: Iterable[pd.DataFrame], coder: Coder) -> PairCounts:
    """Count a table, a chunk at a time: memory follows the pairs alone."""
    pairs = [(a, b) for a, b in combinations(coder.columns, 2) if a.is_discrete or b.is_discrete]
    joint = {(a.name, b.name): np.zeros((coder.width(a), coder.width(b)), dtype=np.int64) for a, b in pairs}
    moments = np.zeros((4, len(coder.scale), len(coder.scale)))
    rows = 0
    for chunk in chunks:
        rows += len(chunk)
        codes = {column.name: coder.codes(chunk[column.name], column) for column in coder.columns}
        for (a, b), known in joint.items():
            place = codes[a] * known.shape[1] + codes[b]
            joint[a, b] = known + np.bincount(place, minlength=known.size).reshape(known.shape)
        moments += pair_moments(coder.amounts(chunk))
    return PairCounts(rows, joint, list(coder.scale), moments)


def pair_moments(values_ND: np.ndarray) -> np.ndarray:
    """Return over rows that have both amounts: their number, sum of the first, of its square, of the product."""
    there_ND = (~np.isnan(values_ND)).astype(np.float64)
    filled_ND = np.nan_to_num(values_ND)
    seconds = (there_ND, there_ND, there_ND, filled_ND)
    firsts = (there_ND, filled_ND, filled_ND**2, filled_ND)
    return np.stack([first.T @ second for first, second in zip(firsts, seconds, strict=True)])


def correlations(moments_4DD: np.ndarray) -> np.ndarray:
    """Return Pearson's correlations from such moments, (..., D, D); NaN where an amount does not vary."""
    n, sum_i, square_i, product = np.moveaxis(moments_4DD, -3, 0)
    sum_j, square_j = np.swapaxes(sum_i, -2, -1), np.swapaxes(square_i, -2, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread_i, spread_j = square_i - sum_i**2 / n, square_j - sum_j**2 / n
        found = (product - sum_i * sum_j / n) / np.sqrt(spread_i * spread_j)
    flat = (n < 2) | (spread_i <= _FLAT * square_i) | (spread_j <= _FLAT * square_j)
    return np.asarray(np.where(flat, np.nan, found))


def ranges(chunks: Iterable[pd.DataFrame], amounts: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the edges of ten bins of equal width over the range of each amount."""
    spans = {name: [np.inf, -np.inf] for name in amounts}
    for chunk in chunks:
        for name, span in spans.items():
            present = as_numbers(chunk[name])
            present = present[~np.isnan(present)]
            if len(present):
                span[:] = min(span[0], float(present.min())), max(span[1], float(present.max()))
    return {name: np.histogram_bin_edges([x for x in span if np.isfinite(x)], BINS) for name, span in spans.items()}


def _scale(values: np.ndarray) -> tuple[float, float]:
    present = values[~np.isnan(values)]
    if not len(present):
        return 0.0, 1.0
    return float(present.mean()), float(present.std()) or 1.0
