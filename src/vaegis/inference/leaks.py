"""Find columns that alone tell the label: they are written down after the fact, or are the label in other words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

TELLING: Final = 0.995
"""Area under the ROC curve from which on a single column counts as the label in other words."""
FEWEST: Final = 20
"""Marked rows needed to say so."""
SAMPLE: Final = 20_000
"""Rows looked at: marked ones first, at most half of them."""
BINS: Final = 25
"""Levels that numbers are cut into, by the quantiles of marked rows and again by those of the others."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A telling column and how it tells."""

    name: str
    auroc: float
    how: str


def find_leaks(frame: pd.DataFrame, columns: Iterable[str], marks: np.ndarray) -> list[Leak]:
    """Return the columns whose value, level or absence tells marked (1) rows from others (0)."""
    chosen = _rows(marks)
    is_marked = marks[chosen] == 1.0
    if min(is_marked.sum(), (~is_marked).sum()) < FEWEST:
        return []
    found = (_leak(frame[name].iloc[chosen], is_marked) for name in columns)
    return [leak for leak in found if leak.auroc >= TELLING]


def auroc(scores: np.ndarray, is_marked: np.ndarray) -> float:
    """Return the chance that a marked row scores above another, ties counting half, whichever way round is better."""
    ranks = pd.Series(scores).rank().to_numpy()
    marked = int(is_marked.sum())
    above = float(ranks[is_marked].sum()) - marked * (marked + 1) / 2.0
    area = above / (marked * (len(is_marked) - marked))
    return max(area, 1.0 - area)


def _rows(marks: np.ndarray) -> np.ndarray:
    marked, others = np.flatnonzero(marks == 1.0), np.flatnonzero(marks == 0.0)
    return np.sort(np.concatenate([_spread(marked, SAMPLE // 2), _spread(others, SAMPLE // 2)]))


def _spread(positions: np.ndarray, most: int) -> np.ndarray:
    if len(positions) <= most:
        return positions
    return positions[np.linspace(0, len(positions) - 1, most).round().astype(np.int64)]


def _leak(values: pd.Series, is_marked: np.ndarray) -> Leak:
    """Try absence, then order, then level: the first that tells names the way."""
    absent = values.isna().to_numpy()
    name = str(values.name)
    ways = {"whether it is missing": auroc(absent.astype(float), is_marked)}
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64)
        filled = np.where(absent, -np.inf, numbers)
        ways["its size"] = auroc(filled, is_marked)
        edges = np.concatenate([_edges(numbers[~absent & who]) for who in (is_marked, ~is_marked)])
        codes = np.where(absent, -1, np.searchsorted(np.unique(edges), numbers))
    else:
        codes = pd.factorize(values.astype(str).where(values.notna()))[0]
    ways["its level"] = auroc(_rates(np.asarray(codes) + 1, is_marked), is_marked)
    best = max(ways, key=lambda way: ways[way])
    return Leak(name, ways[best], best)


def _edges(numbers: np.ndarray) -> np.ndarray:
    return np.quantile(numbers, np.linspace(0.0, 1.0, BINS + 1)) if len(numbers) else numbers


def _rates(codes: np.ndarray, is_marked: np.ndarray) -> np.ndarray:
    """Return for each row how often its level is marked in the other half of the rows: rare levels tell nothing."""
    half = np.arange(len(codes)) % 2
    rates = np.zeros(len(codes))
    base, width = float(is_marked.mean()), int(codes.max()) + 1
    for fold in (0, 1):
        there, here = half != fold, half == fold
        total = np.bincount(codes[there], minlength=width)
        marked = np.bincount(codes[there], weights=is_marked[there], minlength=width)
        rates[here] = ((marked + base) / (total + 1.0))[codes[here]]
    return rates
