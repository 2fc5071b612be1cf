"""Which rows of a role are looked at, where there are more than that. M rows of the role, by entity and time."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

Days = Callable[[], Iterator[pd.Series]]
"""Opens a pass over the days of the M rows, some at a time: to choose whole days, no row needs to be held."""


def every(num_rows: int) -> np.ndarray:
    """Return True for all, (M,)."""
    return np.ones(num_rows, dtype=bool)


def evenly(num_rows: int, max_rows: int) -> np.ndarray:
    """Return the places of at most `max_rows`, evenly spaced."""
    if num_rows <= max_rows:
        return np.arange(num_rows)
    return np.linspace(0, num_rows - 1, max_rows).round().astype(int)


def spread_rows(num_rows: int, max_rows: int) -> np.ndarray:
    """Return True for at most `max_rows`, evenly spaced, (M,)."""
    return every(num_rows) if num_rows <= max_rows else _at(num_rows, evenly(num_rows, max_rows))


def spread_days(days: Days, num_rows: int, max_rows: int) -> np.ndarray:
    """Return True for rows of whole days, evenly spaced, of about `max_rows` rows in all, at least one day, (M,).

    Faults last hours, so windows must stay contiguous.
    """
    if num_rows <= max_rows:
        return every(num_rows)
    offered = _count(days).index.sort_values()
    keep = max(1, int(len(offered) * max_rows / num_rows))
    return _on(days, offered[evenly(len(offered), keep)])


def draw_rows(num_rows: int, max_rows: int) -> np.ndarray:
    """Return True for at most `max_rows` drawn at random, the same each time, (M,)."""
    if num_rows <= max_rows:
        return every(num_rows)
    return _at(num_rows, np.random.default_rng(0).choice(num_rows, max_rows, replace=False))


def draw_days(days: Days, num_rows: int, max_rows: int) -> np.ndarray:
    """Return True for rows of whole days drawn at random, the same each time, at most `max_rows` or one day, (M,)."""
    if num_rows <= max_rows:
        return every(num_rows)
    rows = _count(days)
    order = np.random.default_rng(0).permutation(len(rows))
    fits = np.cumsum(rows.to_numpy()[order]) <= max_rows
    return _on(days, rows.index[order[: max(1, int(fits.sum()))]])


def _at(num_rows: int, places: np.ndarray) -> np.ndarray:
    chosen_M = np.zeros(num_rows, dtype=bool)
    chosen_M[places] = True
    return chosen_M


def _count(days: Days) -> pd.Series:
    """Return the rows of each day; days as they are first met, which a draw depends on."""
    rows = pd.concat([part.value_counts(sort=False) for part in days()])
    return rows.groupby(level=0, sort=False).sum()


def _on(days: Days, chosen: pd.Index) -> np.ndarray:
    return np.concatenate([part.isin(chosen).to_numpy() for part in days()])
