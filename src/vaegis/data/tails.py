"""Logarithmic tails: a standardised scale on which one wild value cannot rule a batch."""

from typing import Final

import numpy as np

TAIL: Final = 3.0
"""Standard deviations beyond which the scale turns logarithmic."""
MOST: Final = np.finfo(np.float64).max
"""What a number beyond all floats counts as: a wild value over a small scale must keep a score."""


def compress(z: np.ndarray) -> np.ndarray:
    """Return z inside +-`TAIL`, sign(z) (TAIL + log1p(|z| - TAIL)) beyond."""
    beyond = np.abs(z) >= TAIL
    if not beyond.any():
        return z
    tail = z[beyond]
    made = z.copy()
    made[beyond] = np.sign(tail) * (TAIL + np.log1p(np.minimum(np.abs(tail), MOST) - TAIL))
    return made


def expand(a: np.ndarray) -> np.ndarray:
    """Invert `compress`."""
    size = np.abs(a)
    return np.where(size < TAIL, a, np.sign(a) * (TAIL + np.expm1(np.maximum(size - TAIL, 0.0))))
