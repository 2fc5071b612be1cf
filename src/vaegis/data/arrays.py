"""Transformed rows as arrays, where there is no torch. N rows, D numeric columns, C discrete columns, X = D + C."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class TableArrays:
    """The fields of a `TableBatch`."""

    values_ND: np.ndarray
    """float32, standardised; 0 where missing."""
    codes_NC: np.ndarray
    """int64 levels; 0 is missing or never seen in training."""
    observed_NX: np.ndarray
    """float32 of 1 and 0 over the numeric, then the discrete columns."""

    def take(self, rows_F: np.ndarray) -> "TableArrays":
        """Return these rows alone."""
        return TableArrays(self.values_ND[rows_F], self.codes_NC[rows_F], self.observed_NX[rows_F])
