"""What makes the scale of a number other than a shift and a stretch: angles, point masses, quantiles.

N values, D numeric columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from vaegis.contract import ColumnSpec
from vaegis.data.moments import Moments
from vaegis.data.points import find_points
from vaegis.data.quantiles import Quantiles, quantiles_of
from vaegis.data.tails import compress, expand

_TURNS: Final = {"deg": 360.0, "°": 360.0, "rad": 2 * np.pi}
"""A full turn by unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """The scale of one number; the defaults are z = (x - center) / scale with logarithmic tails."""

    wraps: bool = False
    """Whether it is an angle: z in radians from -pi to pi, both one direction, and no tails."""
    points: tuple[float, ...] = ()
    """Exact values, in units, at which a share of the rows stands; center and scale are those of the others."""
    quantiles: Quantiles | None = None
    """Normal scores in place of center and scale."""
    is_count: bool = False
    """Whether training holds whole numbers from 0 only; it decides which likelihoods fit, and nothing here."""

    @property
    def is_plain(self) -> bool:
        """Whether center, scale and tails are all there is."""
        return not (self.wraps or self.points or self.quantiles)

    def standardise(self, x_N: np.ndarray, center: float, scale: float) -> np.ndarray:
        """Return the values on the standardised scale; points stand at the very `points_z`."""
        z_N = self._scores(x_N, center, scale)
        for point, z in zip(self.points, self.points_z(center, scale), strict=True):
            z_N = np.where(x_N == point, z, z_N)
        return z_N

    def in_units(self, z_N: np.ndarray, center: float, scale: float) -> np.ndarray:
        """Invert `standardise`; a point comes back exactly, an angle beyond the ends stays beyond them."""
        if self.wraps:
            return z_N * scale + center
        x_N = self.quantiles.value(z_N) if self.quantiles else expand(z_N) * scale + center
        for point, z in zip(self.points, self.points_z(center, scale), strict=True):
            x_N = np.where(z_N.astype(np.float32) == np.float32(z), point, x_N)
        return x_N

    def points_z(self, center: float, scale: float) -> tuple[float, ...]:
        """Return the points on the standardised scale, as single precision holds them."""
        z_M = self._scores(np.asarray(self.points, dtype=np.float64), center, scale)
        return tuple(z_M.astype(np.float32).tolist())

    def _scores(self, x_N: np.ndarray, center: float, scale: float) -> np.ndarray:
        if self.quantiles:
            return self.quantiles.score(x_N)
        with np.errstate(over="ignore"):
            z_N = (x_N - center) / scale
        return shorter_way(z_N, 2 * np.pi) if self.wraps else compress(z_N)

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults, as plain JSON."""
        record = {
            "wraps": self.wraps,
            "points": list(self.points),
            "quantiles": self.quantiles.to_json() if self.quantiles else None,
            "is_count": self.is_count,
        }
        return {name: value for name, value in record.items() if value}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        points, quantiles = tuple(record.get("points", ())), quantiles_of(record.get("quantiles"))
        return cls(**{**record, "points": points, "quantiles": quantiles})


def fit_shapes(columns: Sequence[ColumnSpec], moments: Moments) -> tuple[np.ndarray, np.ndarray, tuple[Shape, ...]]:
    """Return center (NaN for a column without values), scale and shape of each column, (D,)."""
    (center_D, scale_D), kept_ND, shapes = moments.measure(), moments.kept, []
    for d, column in enumerate(columns):
        x_N = kept_ND[np.isfinite(kept_ND[:, d]), d]
        shape = Shape(is_count=bool(len(x_N)) and bool(moments.is_count_D[d]))
        if not len(x_N):
            shapes.append(shape)
            continue
        if column.kind == "angle":
            shape, (center_D[d], scale_D[d]) = Shape(wraps=True), _turn(x_N, column)
        elif column.kind == "numeric":
            shape = Shape(is_count=shape.is_count, points=find_points(x_N))
        others_N = x_N[~np.isin(x_N, shape.points)]
        if shape.points:
            others = Moments(1)
            others.add(others_N[:, None])
            (center_D[d],), (scale_D[d],) = others.measure()
        if column.transform == "quantile":
            shape = Shape(is_count=shape.is_count, points=shape.points, quantiles=Quantiles.fit(others_N))
        shapes.append(shape)
    return center_D, scale_D, tuple(shapes)


def full_turn(x_N: np.ndarray, column: ColumnSpec) -> float:
    """Return a full turn of an angle in its unit; where that does not say, angles that stay below 6.28 are radians."""
    return _TURNS.get(column.unit, 360.0 if np.abs(x_N).max(initial=0.0) > 2 * np.pi else 2 * np.pi)


def shorter_way(apart_N: np.ndarray, turn: float) -> np.ndarray:
    """Return distances of angles by the shorter way, from minus to plus half a turn."""
    # Of a number without digits below a turn any direction is as good: but it stays one.
    return np.clip(apart_N - turn * np.floor(apart_N / turn + 0.5), -0.5 * turn, 0.5 * turn)


def _turn(x_N: np.ndarray, column: ColumnSpec) -> tuple[float, float]:
    """Return the middle of the range and the units in a radian, so that angles come back as they are written."""
    turn = full_turn(x_N, column)
    lowest = column.minimum if column.minimum is not None else (0.0 if x_N.min() >= 0 else -0.5 * turn)
    return lowest + 0.5 * turn, turn / (2 * np.pi)
