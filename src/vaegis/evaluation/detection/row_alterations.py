"""What each kind of fault does to one column of single rows. N rows that hold a value there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from vaegis.evaluation.detection.targets import Target

_TRIES: Final = 8
"""Draws of another value before a row is given up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Rows and the column that is wrong in them."""

    target: Target
    old_N: np.ndarray
    """Untouched values, none missing."""
    others_M: np.ndarray
    """The column's values in all normal test rows, none missing."""
    size: float
    """Standard deviations; NaN for kinds without sizes."""
    rng: np.random.Generator = field(repr=False)


def bias(spot: Spot) -> np.ndarray:
    """Shift an amount, up or down by chance; the other way where the bounds would swallow more than half of it."""
    sensor = spot.target.sensor
    if sensor is None:
        return spot.old_N
    old_N = spot.old_N.astype(np.float64)
    sign_N = spot.rng.choice([-1.0, 1.0], size=len(old_N))
    first_N, second_N = (sensor.bound(old_N + way * sign_N * spot.size * sensor.scale) for way in (1.0, -1.0))
    short_N = np.abs(first_N - old_N) < 0.5 * np.abs(second_N - old_N)
    moved_N = np.where(short_N & (not sensor.is_angle), second_N, first_N)
    return np.asarray(sensor.bound(np.round(moved_N)) if spot.target.whole else moved_N)


def exchange(spot: Spot) -> np.ndarray:
    """Take the value of another row: as plausible as any by itself, wrong beside the row's other columns."""
    return _redraw(spot, spot.others_M)


def replace(spot: Spot) -> np.ndarray:
    """Write another level, all alike: rare ones as often as frequent ones."""
    return spot.old_N if spot.target.levels is None else _redraw(spot, spot.target.levels)


ROW_ALTERATIONS: Final[dict[str, Callable[[Spot], np.ndarray]]] = {
    "bias": bias,
    "exchanged": exchange,
    "replaced": replace,
}


def _redraw(spot: Spot, values_M: np.ndarray) -> np.ndarray:
    """Draw until the value is another one; a row that never meets one keeps its own."""
    new_N = spot.old_N.copy()
    for _ in range(_TRIES):
        same_N = new_N == spot.old_N
        new_N[same_N] = spot.rng.choice(values_M, size=int(same_N.sum()))
    return new_N
