"""Exact values at which an amount stands in a share of the rows, such as the 0 of a machine at rest. M values."""

from typing import Final

import numpy as np

SHARE: Final = 0.05
"""Least share of the rows that makes a value a point: fewer cost a normal density little."""
MOST: Final = 4
"""Points of a column, at most: an amount of more is a set of levels."""
REPEATS: Final = 0.01
"""Largest share of the other values that may be one and the same: of more they are no continuous amount."""
MIN_OTHERS: Final = 100
"""Other values below which nobody knows whether they are continuous."""


def find_points(x_M: np.ndarray) -> tuple[float, ...]:
    """Return the values that stand out of an otherwise continuous amount, ascending; none where there is no such."""
    values, counts = np.unique(x_M, return_counts=True)
    is_point = counts >= SHARE * len(x_M)
    others = counts[~is_point]
    if not 0 < is_point.sum() <= MOST or others.sum() < MIN_OTHERS or others.max() > REPEATS * others.sum():
        return ()
    return tuple(float(value) for value in values[is_point])
