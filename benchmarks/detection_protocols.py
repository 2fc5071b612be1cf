"""What is fitted on and what is scored, by protocol. N rows, D numeric columns, C discrete columns.

Novelty: trained on half of the normal rows, scored on the other half and on anomalies, one to four normal rows at most.
Outlier: the rows that are fitted on, one in ten of them anomalous at most, are themselves ranked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.detection_tables import LabelledTable
from vaegis.data.batches import TableBatch
from vaegis.data.transform import TableTransform

MAX_LEVELS: Final = 20
"""Levels of a category that get an indicator of their own."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One table, one seed: rows to fit on, rows to score and which of these are anomalous."""

    train: TableBatch
    test: TableBatch
    """The training rows themselves where they are ranked."""
    num_levels: tuple[int, ...]
    anomalous_N: np.ndarray


def novelty_trial(table: LabelledTable, seed: int, max_rows: int) -> Trial:
    """Train on half of at most `max_rows` normal rows."""
    normal, anomalous = _draw(table, seed)
    normal = normal[:max_rows]
    half = len(normal) // 2
    test = np.concatenate([normal[half:], anomalous[: max(1, (len(normal) - half) // 4)]])
    return _trial(table, normal[:half], test)


def outlier_trial(table: LabelledTable, seed: int, max_rows: int) -> Trial:
    """Rank at most `max_rows` rows."""
    normal, anomalous = _draw(table, seed)
    normal = normal[: max_rows - max_rows // 10]
    rows = np.concatenate([normal, anomalous[: max(1, len(normal) // 9)]])
    rows = np.random.default_rng(seed).permutation(rows)
    return _trial(table, rows, rows)


PROTOCOLS: Final[dict[str, Callable[[LabelledTable, int, int], Trial]]] = {
    "novelty": novelty_trial,
    "outlier": outlier_trial,
}


def _draw(table: LabelledTable, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return tuple(random.permutation(np.flatnonzero(mask)) for mask in (~table.anomalous_N, table.anomalous_N))


def _trial(table: LabelledTable, train: np.ndarray, test: np.ndarray) -> Trial:
    """Learn the transform from the training rows alone."""
    frame = table.frame.iloc[train]
    transform = TableTransform.fit(table.columns, [frame], max_levels=MAX_LEVELS)
    batch = transform.encode(frame)
    scored = batch if train is test else transform.encode(table.frame.iloc[test])
    num_levels = tuple(max(1, len(levels)) for levels in transform.levels)
    return Trial(batch, scored, num_levels, table.anomalous_N[test])
