"""Amounts to normal scores by their quantiles: whatever the shape of a column, its scores are standard normal.

N values, K knots.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final, Self

import numpy as np

from vaegis.data.tails import MOST

KNOTS: Final = 1_000
"""Quantiles kept, at most; linear between, logarithmic beyond them."""
_END: Final = 20
"""The twentieth of the knots at either end sets how fast its tail rises."""


@dataclass(frozen=True, slots=True)
class Quantiles:
    """A strictly increasing map through K knots, K at least 2."""

    x_K: np.ndarray
    z_K: np.ndarray

    @classmethod
    def fit(cls, x_N: np.ndarray) -> Self | None:
        """Learn the knots; None where no two values differ. Equal quantiles become one knot at their mean score."""
        share_K = (np.arange(min(KNOTS, len(x_N))) + 0.5) / max(1, min(KNOTS, len(x_N)))
        if not len(share_K):
            return None
        score_K = np.array([NormalDist().inv_cdf(share) for share in share_K.tolist()])
        x_K, knot_K = np.unique(np.quantile(x_N, share_K, method="inverted_cdf"), return_inverse=True)
        return cls(x_K, np.bincount(knot_K, score_K) / np.bincount(knot_K)) if len(x_K) > 1 else None

    def score(self, x_N: np.ndarray) -> np.ndarray:
        """Return normal scores."""
        z_N = np.interp(x_N, self.x_K, self.z_K)
        for at, sign, slope in self._ends():
            with np.errstate(over="ignore"):
                beyond_N = np.maximum(sign * (x_N - self.x_K[at]), 0.0) / slope
            z_N = z_N + sign * np.log1p(np.minimum(beyond_N, MOST))
        return np.asarray(z_N)

    def value(self, z_N: np.ndarray) -> np.ndarray:
        """Invert `score`."""
        x_N = np.interp(z_N, self.z_K, self.x_K)
        for at, sign, slope in self._ends():
            beyond_N = np.maximum(sign * (z_N - self.z_K[at]), 0.0)
            x_N = x_N + sign * slope * np.expm1(beyond_N)
        return np.asarray(x_N)

    def to_json(self) -> list[list[float]]:
        """Return the knots as plain JSON."""
        return [self.x_K.tolist(), self.z_K.tolist()]

    @classmethod
    def from_json(cls, record: list[list[float]]) -> Self:
        """Rebuild from `to_json`."""
        x_K, z_K = (np.asarray(knots, dtype=np.float64) for knots in record)
        return cls(x_K, z_K)

    def _ends(self) -> tuple[tuple[int, int, float], ...]:
        """Return position, direction and width (units a score) of both tails."""
        last = len(self.x_K) - 1
        inner = max(1, last // _END)
        return tuple(
            (at, sign, float((self.x_K[at] - self.x_K[near]) / (self.z_K[at] - self.z_K[near])))
            for at, sign, near in ((0, -1, inner), (last, 1, last - inner))
        )


def quantiles_of(record: Any) -> Quantiles | None:
    """Rebuild from JSON what may be absent."""
    return None if record is None else Quantiles.from_json(record)
