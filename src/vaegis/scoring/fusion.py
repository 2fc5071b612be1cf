"""Terms of different units as one number: arcsinh of what is above usual, in quartile spreads, averaged over terms.

T terms, E members, N rows, X columns.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

LEAST_SPREAD: Final = 1e-6
"""A table of equal rows has no spread."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What terms come to on training rows, each judged by what did not see it."""

    parts_TX: np.ndarray
    """By column; a row of it adds up to the term's median."""
    spread_T: np.ndarray
    """Distance between the quartiles."""
    additive_T: np.ndarray
    """Terms to which a missing cell adds what is usual; others are scaled up already."""

    @classmethod
    def fit(cls, parts_TNX: np.ndarray, observed_NX: np.ndarray, additive_T: np.ndarray) -> Self:
        """Measure medians of parts and of their sums, and quartile spreads of sums."""
        cells_TNX = np.where(observed_NX > 0, parts_TNX, np.nan)
        cells_TNX[:, :, ~(observed_NX > 0).any(axis=0)] = 0.0
        usual_TX = np.nanmedian(cells_TNX, axis=1)
        filled_TNX = np.where(additive_T[:, None, None] & (observed_NX == 0), usual_TX[:, None], parts_TNX)
        low_T, median_T, high_T = np.quantile(filled_TNX.sum(-1), [0.25, 0.5, 0.75], axis=1)
        usual_TX = usual_TX + ((median_T - usual_TX.sum(1)) / max(usual_TX.shape[1], 1))[:, None]
        return cls(usual_TX, np.maximum(high_T - low_T, LEAST_SPREAD), additive_T)

    def contributions_TENX(self, parts_TENX: np.ndarray, observed_NX: np.ndarray) -> np.ndarray:
        """Return each column's part of each term above usual; a missing cell has none, and a row of none is usual."""
        count_N1 = np.maximum(observed_NX.sum(-1, keepdims=True), 1.0)
        fused = []
        for parts_ENX, usual_X, spread, additive in zip(
            parts_TENX, self.parts_TX, self.spread_T, self.additive_T, strict=True
        ):
            above_ENX = (parts_ENX - usual_X) * observed_NX
            if not additive:  # a distance stands for all columns: so must what is usual
                above_ENX -= observed_NX * ((1.0 - observed_NX) * usual_X).sum(-1, keepdims=True) / count_N1
            fused.append(above_ENX * _slope(above_ENX.sum(-1, keepdims=True) / spread) / spread)
        return np.stack(fused)


def _slope(u: np.ndarray) -> np.ndarray:
    """Return arcsinh(u) / u."""
    small = np.abs(u) < 1e-6
    return np.where(small, 1.0, np.arcsinh(u) / np.where(small, 1.0, u))
