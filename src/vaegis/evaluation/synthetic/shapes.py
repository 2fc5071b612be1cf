"""The shape of every column, as SDMetrics defines it; generated rows may come in chunks. R distinct real values."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text

DECIMALS: Final = 14
"""SDMetrics rounds amounts before it compares them."""


class _Shape(Protocol):
    def count(self, values: pd.Series) -> None: ...

    def score(self) -> float: ...


class Amounts:
    """1 - the Kolmogorov-Smirnov distance (KSComplement), exact though no generated value is kept.

    Between two neighbouring real values the real distribution is flat and the generated one rises, so the distance is
    largest at a real value or just before one: it is enough to count generated values below and at most each of them.
    """

    def __init__(self, real: pd.Series) -> None:
        values = _rounded(real)
        self._value_R, counts_R = np.unique(values, return_counts=True)
        self._real_R = np.cumsum(counts_R) / max(1, len(values))
        self._below = np.zeros(len(self._value_R) + 1, dtype=np.int64)
        self._at_most = np.zeros(len(self._value_R) + 1, dtype=np.int64)

    def count(self, values: pd.Series) -> None:
        """Take generated values in."""
        made, size = _rounded(values), len(self._below)
        self._below += np.bincount(np.searchsorted(self._value_R, made, side="right"), minlength=size)
        self._at_most += np.bincount(np.searchsorted(self._value_R, made, side="left"), minlength=size)

    def score(self) -> float:
        """Return 0 (nothing in common) to 1 (the same); NaN without values on both sides."""
        total = int(self._below.sum())
        if not total or not len(self._value_R):
            return float("nan")
        at_R = np.cumsum(self._at_most)[:-1] / total
        before_R = np.cumsum(self._below)[:-1] / total
        behind_R = np.concatenate([[0.0], self._real_R[:-1]])
        return float(1.0 - max(np.abs(self._real_R - at_R).max(), np.abs(behind_R - before_R).max()))


class Levels:
    """1 - the total variation distance (TVComplement)."""

    def __init__(self, real: pd.Series) -> None:
        self._real, self._made = _frequencies(real), Counter[str]()

    def count(self, values: pd.Series) -> None:
        """Take generated values in."""
        self._made.update(_frequencies(values))

    def score(self) -> float:
        """Return 0 (no level in common) to 1 (the same shares); NaN without values on both sides."""
        real, made = self._real.total(), self._made.total()
        if not real or not made:
            return float("nan")
        levels = self._real.keys() | self._made.keys()
        return 1.0 - 0.5 * sum(abs(self._real[level] / real - self._made[level] / made) for level in sorted(levels))


def column_shapes(
    real: pd.DataFrame, made: pd.DataFrame | Iterable[pd.DataFrame], columns: Sequence[ColumnSpec]
) -> pd.DataFrame:
    """Return one row a column: `shape`, 1 where the two distributions are the same.

    Equal to SDMetrics 0.32 (KSComplement, TVComplement), but that a level no real row has weighs nothing there too.
    Missing cells are left out. `made` may be a stream of frames: memory follows the real rows alone.
    """
    shapes: dict[str, _Shape] = {
        column.name: Levels(real[column.name]) if column.is_discrete else Amounts(real[column.name])
        for column in columns
    }
    for chunk in [made] if isinstance(made, pd.DataFrame) else made:
        for name, shape in shapes.items():
            shape.count(chunk[name])
    return pd.DataFrame(
        {"column": list(shapes), "shape": np.array([shape.score() for shape in shapes.values()], dtype=np.float64)}
    )


def _rounded(values: pd.Series) -> np.ndarray:
    numbers = as_numbers(values)
    return np.asarray(numbers[~np.isnan(numbers)].round(DECIMALS))


def _frequencies(values: pd.Series) -> Counter[str]:
    return Counter(as_text(values.dropna()).value_counts().to_dict())
