"""Centre and spread of a stream in one pass. D columns."""

from typing import Final

import numpy as np

WILD: Final = 10.0
"""A standard deviation this many times that of the middle is the work of a few wild values."""
TRIMMED: Final = 0.001
"""Share of values at either end that is not the middle."""
MIN_ROWS: Final = 100
"""Values below which there is no telling wild ones."""
KEPT_CELLS: Final = 4_000_000
"""Values kept, evenly thinned, to know the middle by."""


class Moments:
    """Running mean and squared deviation by column, NaN left out (Chan, Golub, LeVeque 1979, eq. 2.1)."""

    def __init__(self, num_columns: int) -> None:
        self.count_D = np.zeros(num_columns)
        self.is_count_D = np.ones(num_columns, dtype=bool)
        """Whether every value is a whole number from 0 up."""
        self.mean_D = np.zeros(num_columns)
        self.low_D, self.high_D = np.full(num_columns, np.inf), np.full(num_columns, -np.inf)
        """The smallest and the largest value; inf and -inf where there is none."""
        self._squares_D = np.zeros(num_columns)
        self._kept: list[np.ndarray] = []
        self._stride, self._seen = 1, 0

    def add(self, x_ND: np.ndarray) -> None:
        """Fold in a block of rows."""
        self._keep(x_ND)
        self.low_D = np.fmin(self.low_D, np.fmin.reduce(x_ND, axis=0, initial=np.inf))
        self.high_D = np.fmax(self.high_D, np.fmax.reduce(x_ND, axis=0, initial=-np.inf))
        self.is_count_D &= (np.isnan(x_ND) | ((x_ND >= 0) & (x_ND == np.floor(x_ND)))).all(axis=0)
        with np.errstate(over="ignore", invalid="ignore"):  # values beyond 1e154 have no square; `measure` sees to it
            self._fold(x_ND)

    @property
    def kept(self) -> np.ndarray:
        """Rows kept, evenly thinned, (M, D)."""
        return np.concatenate(self._kept) if self._kept else np.zeros((0, len(self.count_D)))

    def measure(self) -> tuple[np.ndarray, np.ndarray]:
        """Return centre and scale of each column, (D,): mean and standard deviation, but of the middle where wild.

        One value of 1e12 would leave all others a single point. A column that is constant to rounding has scale 1; one
        without any value has centre NaN.
        """
        center_D, scale_D = self.mean_D.copy(), np.sqrt(self._squares_D / np.maximum(self.count_D, 1))
        for d, x_N in enumerate(self.kept.T):
            middle = _middle(x_N)
            if len(middle) and middle.std() > 0 and not scale_D[d] <= WILD * middle.std():
                center_D[d], scale_D[d] = middle.mean(), middle.std()
        constant = scale_D <= 1e-9 * np.maximum(np.abs(center_D), 1e-300)
        scale_D = np.where(constant | (scale_D == 0) | ~np.isfinite(scale_D), 1.0, scale_D)
        return np.where(self.count_D > 0, center_D, np.nan), scale_D

    def _fold(self, x_ND: np.ndarray) -> None:
        present = np.isfinite(x_ND)
        count_D = present.sum(axis=0)
        safe_D = np.maximum(count_D, 1)
        mean_D = np.where(present, x_ND, 0.0).sum(axis=0) / safe_D
        squares_D = (np.where(present, x_ND - mean_D, 0.0) ** 2).sum(axis=0)
        total_D = self.count_D + count_D
        delta_D = mean_D - self.mean_D
        weight_D = count_D / np.maximum(total_D, 1)
        self._squares_D += squares_D + delta_D**2 * self.count_D * weight_D
        self.mean_D += delta_D * weight_D
        self.count_D = total_D

    def _keep(self, x_ND: np.ndarray) -> None:
        """Keep every so manieth row, whatever blocks they come in."""
        index_N = np.arange(self._seen, self._seen + len(x_ND))
        self._seen += len(x_ND)
        self._kept.append(x_ND[index_N % self._stride == 0])
        while sum(block.size for block in self._kept) > 2 * KEPT_CELLS:
            self._kept = [np.concatenate(self._kept)[::2]]
            self._stride *= 2


def _middle(x_N: np.ndarray) -> np.ndarray:
    """Return the values but the largest and smallest thousandth, one of each at least; none if there are few."""
    present = np.sort(x_N[np.isfinite(x_N)])
    cut = max(1, int(np.ceil(TRIMMED * len(present))))
    return present[cut:-cut] if len(present) >= MIN_ROWS else present[:0]
