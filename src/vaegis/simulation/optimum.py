"""Where along a sweep a column is best, by group. T points of the sweep, B bootstrap curves.

The curve of means is fitted by a parabola, weighted by the noise of each mean; its vertex is the optimum, as for a
response surface (Box & Wilson 1951). The interval is a parametric bootstrap: curves drawn anew from each mean's noise.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.fitted.measures import BAND

GOALS: Final = ("max", "min")
_CURVES: Final = 2_000
_CLEAR: Final = 0.95
"""Share of bootstrap curves that must bend the right way for the sweep to have an optimum at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Optimum:
    """The best value of the swept column in one group."""

    group: dict[str, Any]
    at: float | None
    """None: the curve has no optimum inside the sweep, for the `reason`."""
    low: float | None = None
    high: float | None = None
    reason: str = ""


def optima(curve: pd.DataFrame, along: str, by: str | None, goal: str = "max", seed: int = 0) -> list[Optimum]:
    """Return the optimum of each group.

    Args:
        curve: rows with the swept columns, and `mean`, `low`, `high` (95 %) of the column to optimise; means are
            averaged over swept columns other than `along` and `by`.
        along: the swept column whose best value is asked for.
        by: a swept column that makes groups, if any.
        goal: `max` or `min`.
        seed: what the bootstrap follows from.
    """
    groups: list[tuple[dict[str, Any], pd.DataFrame]] = [({}, curve)]
    if by is not None:
        groups = [({by: value}, part) for value, part in curve.groupby(by, sort=True)]
    return [_optimum(group, averaged(part, along), 1.0 if goal == "max" else -1.0, seed) for group, part in groups]


def averaged(curve: pd.DataFrame, along: str) -> pd.DataFrame:
    """Return `along`, `mean` and its standard error `noise`, averaged over whatever else was swept."""
    noise = (curve["high"] - curve["low"]) / (2.0 * BAND)
    parts = pd.DataFrame({along: curve[along], "mean": curve["mean"], "square": noise**2})
    of_point = parts.groupby(along, sort=True)
    noise_T = np.sqrt(of_point["square"].sum()) / of_point.size()
    return pd.DataFrame({"at": of_point["mean"].mean().index, "mean": of_point["mean"].mean(), "noise": noise_T})


def _optimum(group: dict[str, Any], curve: pd.DataFrame, sign: float, seed: int) -> Optimum:
    at_T, mean_T, noise_T = (curve[name].to_numpy(dtype=np.float64) for name in ("at", "mean", "noise"))
    if len(at_T) < 4:
        return Optimum(group=group, at=None, reason=f"{len(at_T)} points; a parabola with noise needs 4")
    weight_T = 1.0 / np.maximum(noise_T, 1e-12 + 1e-6 * noise_T.max())
    drawn_BT = mean_T + noise_T * np.random.default_rng(seed).standard_normal((_CURVES, len(at_T)))
    bend_B, vertex_B = _vertices(at_T, sign * np.vstack([mean_T, drawn_BT]), weight_T)
    if bend_B[0] >= 0 or (bend_B[1:] < 0).mean() < _CLEAR:
        return Optimum(group=group, at=None, reason="the curve does not bend beyond its noise")
    if not at_T[0] <= vertex_B[0] <= at_T[-1]:
        return Optimum(group=group, at=None, reason="the best value lies outside the sweep")
    low, high = np.quantile(vertex_B[1:][bend_B[1:] < 0], [0.025, 0.975])
    return Optimum(group=group, at=float(vertex_B[0]), low=float(low), high=float(high))


def _vertices(at_T: np.ndarray, curves_BT: np.ndarray, weight_T: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the second coefficient of each curve's parabola and where its vertex lies."""
    middle, reach = at_T.mean(), max(float(np.ptp(at_T)), 1e-12)
    unit_T = (at_T - middle) / reach
    fit = np.polynomial.polynomial.polyfit(unit_T, curves_BT.T, 2, w=weight_T)
    bend_B = np.where(fit[2] == 0.0, -1e-300, fit[2])
    return fit[2], middle - reach * fit[1] / (2.0 * bend_B)
