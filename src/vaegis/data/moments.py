"""Mean and variance of a stream in one pass. D columns."""

import numpy as np


class Moments:
    """Running mean and squared deviation by column, NaN left out (Chan, Golub, LeVeque 1979, eq. 2.1)."""

    def __init__(self, num_columns: int) -> None:
        self.count_D = np.zeros(num_columns)
        self.mean_D = np.zeros(num_columns)
        self._squares_D = np.zeros(num_columns)

    def add(self, x_ND: np.ndarray) -> None:
        """Fold in a block of rows."""
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

    def scale_D(self) -> np.ndarray:
        """Return standard deviations; 1 for a column that is constant to rounding."""
        deviation_D = np.sqrt(self._squares_D / np.maximum(self.count_D, 1))
        constant = deviation_D <= 1e-9 * np.maximum(np.abs(self.mean_D), 1e-300)
        return np.where(constant | (deviation_D == 0), 1.0, deviation_D)
