"""Means over tables and paired bootstrap intervals of their differences. A table counts once, however many seeds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

METRICS: Final = ("auroc", "ap")
DRAWS: Final = 10_000
"""Bootstrap samples of tables."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What one method reached on one table with one seed."""

    protocol: str
    table: str
    seed: int
    method: str
    auroc: float
    ap: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean over tables of ours minus theirs, and its central 95 % interval."""

    mean: float
    low: float
    high: float


def by_table(records: Iterable[Record], method: str, metric: str, tables: Sequence[str]) -> np.ndarray:
    """Return the mean over seeds on each table."""
    found: dict[str, list[float]] = {table: [] for table in tables}
    for record in records:
        if record.method == method and record.table in found:
            found[record.table].append(getattr(record, metric))
    return np.asarray([np.mean(found[table]) for table in tables])


def difference(ours_T: np.ndarray, theirs_T: np.ndarray) -> Difference:
    """Bootstrap tables, with pairs kept together."""
    apart_T = ours_T - theirs_T
    drawn = np.random.default_rng(0).integers(0, len(apart_T), size=(DRAWS, len(apart_T)))
    low, high = np.quantile(apart_T[drawn].mean(axis=1), [0.025, 0.975])
    return Difference(float(apart_T.mean()), float(low), float(high))


def summarise(records: Sequence[Record], ours: str, tables: Sequence[str]) -> list[dict[str, object]]:
    """Return one line for each method: mean AUROC and AP, and what ours has above it."""
    lines: list[dict[str, object]] = []
    for method in dict.fromkeys(record.method for record in records):
        line: dict[str, object] = {"method": method}
        for metric in METRICS:
            theirs_T = by_table(records, method, metric, tables)
            apart = difference(by_table(records, ours, metric, tables), theirs_T)
            line |= {metric: float(theirs_T.mean()), f"{metric}_gain": [apart.mean, apart.low, apart.high]}
        lines.append(line)
    return lines
