"""Each column as a histogram: numbers between quantiles, categories by level, missing cells apart. N rows, K bins."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from vaegis.config.reference import ReferenceConfig
from vaegis.contract import ColumnSpec

MAX_LEVELS: Final = 30
"""Levels counted by name, the most frequent first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """How one column's values are counted; the last bin holds the missing ones."""

    name: str
    is_discrete: bool
    edges: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()

    @classmethod
    def fit(cls, column: ColumnSpec, values: pd.Series, config: ReferenceConfig) -> Self:
        """Choose bins by the reference's rows."""
        present = values.dropna()
        if column.is_discrete:
            counts = present.astype(str).value_counts()
            frequent = counts[counts >= config.min_level_rows].head(MAX_LEVELS)
            return cls(name=column.name, is_discrete=True, levels=tuple(sorted(map(str, frequent.index))))
        shares = np.arange(1, config.bins) / config.bins
        edges = np.unique(np.quantile(present.to_numpy(float), shares)) if len(present) else np.empty(0)
        return cls(name=column.name, is_discrete=False, edges=tuple(map(float, edges)))

    @property
    def bins(self) -> int:
        """How many bins there are: numbers around the edges or levels and `other`, and the missing."""
        return (len(self.levels) if self.is_discrete else len(self.edges)) + 2

    def code_N(self, values: pd.Series) -> np.ndarray:
        """Return each value's bin."""
        missing_N = values.isna().to_numpy()
        if self.is_discrete:
            codes_N = pd.Categorical(values.astype(str), categories=list(self.levels)).codes.astype(np.int64)
            codes_N = np.where(codes_N < 0, len(self.levels), codes_N)
        else:
            codes_N = np.searchsorted(np.asarray(self.edges), values.to_numpy(float), side="right")
        return np.where(missing_N, self.bins - 1, codes_N)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {**asdict(self), "edges": list(self.edges), "levels": list(self.levels)}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        return cls(**{**record, "edges": tuple(record["edges"]), "levels": tuple(record["levels"])})


def counts_BK(codes_N: np.ndarray, of_N: np.ndarray, number: int, bins: int) -> np.ndarray:
    """Count codes by block; rows of block -1 are left out."""
    kept_N = of_N >= 0
    flat = np.bincount(of_N[kept_N] * bins + codes_N[kept_N], minlength=number * bins)
    return flat.reshape(number, bins).astype(np.float64)
