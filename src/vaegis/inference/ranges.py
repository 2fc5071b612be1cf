"""Guess bounds and missingness that next month's rows will keep, and that a broken sensor will not."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from vaegis.inference import names
from vaegis.inference.profile import Profile
from vaegis.inference.units import unit_of

MARGIN: Final = 1.0
"""Bounds lie the observed span beyond what was observed: another season keeps them, a broken sensor does not."""
APART: Final = 5.0
"""A value farther from all others than five times their span is taken for a mistake, and left outside the bounds."""
MISTAKES: Final = 0.001
"""At most this share of the values."""
_NORTH, _EAST = (-90.0, 90.0), (-180.0, 180.0)
NATURAL: Final = {"lat": _NORTH, "latitude": _NORTH, "lon": _EAST, "lng": _EAST, "longitude": _EAST, "%": (0.0, 100.0)}
"""Bounds by last word of the name or by unit, used where all values keep them."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Valid range; and how many values lie outside of it by the rule of `APART`."""

    low: float | None
    high: float | None
    strays: int = 0


def guess_bounds(column: Profile, kind: str) -> Bounds:
    """Return the range of a numeric column: none for levels, names and times."""
    if column.form != "number" or kind not in ("numeric", "count", "angle"):
        return Bounds(None, None)
    if kind == "angle":
        half_turn = 180.0 if column.low >= -180.0 and column.high <= 180.0 else 360.0
        return Bounds(0.0 if column.low >= 0.0 else -half_turn, 360.0 if column.low >= 0.0 else half_turn)
    low, high, strays = _inner(column)
    last = names.tokens(column.name)[-1:]
    natural = NATURAL.get("".join(last)) or NATURAL.get(unit_of(column.name))
    if natural and natural[0] <= low and high <= natural[1]:
        return Bounds(*natural, strays)
    room = _finite(MARGIN * (high - low)) or max(abs(high), 1.0)
    # Of large numbers close together, twelve digits may end inside the data.
    down, up = min(_rounded(low - room, room, math.floor), low), max(_rounded(high + room, room, math.ceil), high)
    if low >= 0.0:
        down = max(down, 0.0)
    if high <= 0.0:
        up = min(up, 0.0)
    return Bounds(down, up, strays)


def _inner(column: Profile) -> tuple[float, float, int]:
    """Sort all values only if the sample does not already show that none can stand apart."""
    ends = np.quantile(column.sample.to_numpy(dtype=np.float64), [2 * MISTAKES, 1.0 - 2 * MISTAKES]).tolist()
    if column.high - column.low <= APART * (ends[1] - ends[0]):
        return column.low, column.high, 0
    return without_strays(column.values.to_numpy(dtype=np.float64))


def without_strays(values: np.ndarray) -> tuple[float, float, int]:
    """Return smallest and largest value after dropping the few that stand apart, and how many these were."""
    ordered = np.sort(values)
    most = int(MISTAKES * len(ordered))
    if not most:
        most = 1 if len(ordered) >= 100 else 0
    above, below = _apart(ordered, most), _apart(-ordered[::-1], most)
    kept = ordered[below : len(ordered) - above]
    return float(kept[0]), float(kept[-1]), above + below


def _apart(ordered: np.ndarray, most: int) -> int:
    """Count values at the upper end behind a gap of `APART` spans of everything up to it."""
    for count in range(most, 0, -1):
        edge = len(ordered) - count
        # The other end may hold a stray too: the span is that of the middle.
        span = ordered[edge - 1] - ordered[min(most, edge - 1)]
        if span > 0 and ordered[edge] - ordered[edge - 1] > APART * span:
            return count
    return 0


def guess_max_missing(missing: float) -> float:
    """Return one and a half times the observed share plus one percent, in whole percent."""
    return min(1.0, math.ceil((1.5 * missing + 0.01) * 100.0 - 1e-9) / 100.0)


def _rounded(value: float, room: float, away: Callable[[float], int]) -> float:
    """Round away from the data, to two digits of the room that was given."""
    unit = max(10.0 ** (math.floor(math.log10(room)) - 1), sys.float_info.min)
    return float(f"{_finite(away(_finite(value) / unit) * unit):.12g}")


def _finite(value: float) -> float:
    """Return the nearest number that a float holds."""
    return min(max(value, -sys.float_info.max), sys.float_info.max)
