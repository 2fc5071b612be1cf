"""Boosted trees on rows as they are: amounts with gaps, levels as levels. N rows, X columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text
from vaegis.evaluation.estimate import NotComputable

MOST_LEVELS: Final = 250
"""Levels that trees can split by, the most frequent of the real rows; the others count as missing."""


@dataclass(frozen=True, slots=True)
class TreeInputs:
    """What trees read of a table."""

    amounts: tuple[str, ...]
    levels: dict[str, pd.Index]

    @classmethod
    def fit(cls, frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> Self:
        """Learn the levels from real rows; columns without any value are left out.

        Raises:
            NotComputable: no column is left.
        """
        held = [column for column in columns if frame[column.name].notna().any()]
        if not held:
            raise NotComputable("no column holds a value that trees could split by")
        levels = {c.name: as_text(frame[c.name].dropna()).value_counts().index for c in held if c.is_discrete}
        return cls(
            tuple(column.name for column in held if not column.is_discrete),
            {name: index[:MOST_LEVELS] for name, index in levels.items()},
        )

    def matrix(self, frame: pd.DataFrame) -> np.ndarray:
        """Return float64 (N, X), NaN where missing: amounts first, then codes of levels."""
        parts = [as_numbers(frame[name]) for name in self.amounts]
        for name, index in self.levels.items():
            codes_N = index.get_indexer(as_text(frame[name])).astype(np.float64)
            parts.append(np.where(codes_N < 0, np.nan, codes_N))
        return np.column_stack(parts)

    def classifier(self, seed: int) -> Any:
        """Return an unfitted classifier that stops by itself."""
        return HistGradientBoostingClassifier(
            categorical_features=self._categorical, early_stopping=True, random_state=seed
        )

    def regressor(self, seed: int) -> Any:
        """Return an unfitted regressor that stops by itself."""
        return HistGradientBoostingRegressor(
            categorical_features=self._categorical, early_stopping=True, random_state=seed
        )

    @property
    def _categorical(self) -> list[int]:
        return list(range(len(self.amounts), len(self.amounts) + len(self.levels)))
