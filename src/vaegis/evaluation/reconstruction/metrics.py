"""The metrics of reconstruction, of density and of calibration."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import norm

from vaegis.evaluation.bootstrap import percentiles
from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.gaps import gap_to_uniform
from vaegis.evaluation.halves import spread
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.reconstruction import density_metrics, findings
from vaegis.evaluation.reconstruction.calibration import BANDS, half_width
from vaegis.evaluation.reconstruction.slices import MIN_ROWS, worst_slice

Over = Callable[..., np.ndarray]
"""Summarises columns: the last axis."""


def _columns(figure: str, over: Over, otherwise: str) -> Callable[[Case], Estimate]:
    """Return how to summarise a figure of the columns."""

    def compute(case: Case) -> Estimate:
        table = case.once(findings.columns)
        known_X = table[figure].notna().to_numpy()
        if not known_X.any():
            raise NotComputable(otherwise)
        replicates_RX = case.once(findings.resampled)[figure][:, known_X]
        value = over(table[figure].to_numpy()[known_X])
        return Estimate.of(float(value), len(case.test), percentiles(over(replicates_RX, axis=-1)))

    return compute


def residual_std(case: Case) -> Estimate:
    """Return the root mean square over columns of the residuals' standard deviation."""
    values_X = _calibrated(case, "residual_std")
    residual_NX = case.once(findings.residuals)[values_X.index].to_numpy(dtype=np.float64)
    draws = case.bootstrap(case.test)
    mean_RX, square_RX = draws.means(residual_NX), draws.means(residual_NX**2)
    replicates_R = _root_mean_square(np.sqrt(np.maximum(square_RX - mean_RX**2, 0.0)))
    return Estimate.of(float(_root_mean_square(values_X.to_numpy())), len(case.test), percentiles(replicates_R))


def _coverage(band: str) -> Callable[[Case], Estimate]:
    """Return how to find the mean share of values inside a central interval."""

    def compute(case: Case) -> Estimate:
        values_X = _calibrated(case, band)
        residual_NX = case.once(findings.residuals)[values_X.index].to_numpy(dtype=np.float64)
        inside_NX = np.where(np.isfinite(residual_NX), np.abs(residual_NX) <= half_width(BANDS[band]), np.nan)
        replicates_R = case.bootstrap(case.test).means(inside_NX).mean(axis=-1)
        return Estimate.of(float(values_X.mean()), len(case.test), percentiles(replicates_R))

    return compute


def _pit(over: Over) -> Callable[[Case], Estimate]:
    """Return how to summarise the distance from uniform."""

    def compute(case: Case) -> Estimate:
        values_X = _calibrated(case, "pit_ks")
        value = float(over(values_X.to_numpy()))
        gaps_XH = [case.once(_pit_halves)[name] for name in values_X.index]
        return Estimate.of(value, len(case.test), spread(value, over(np.stack(gaps_XH), axis=0), 0.0, 1.0))

    return compute


def _pit_halves(case: Case) -> dict[str, np.ndarray]:
    """Return each column's distance from uniform in halves of the rows."""
    halves, residuals = case.halves(case.test), case.once(findings.residuals)
    return {name: gap_to_uniform(norm.cdf(residuals[name]), halves) for name in residuals}


def _calibrated(case: Case, figure: str) -> pd.Series:
    """Return a figure of the residuals by column, if any column has it."""
    found = case.once(findings.calibration).set_index("column")[figure].dropna()
    if found.empty:
        raise NotComputable("no numeric column that varied in training has two values")
    return found


def worst_slice_error(case: Case) -> Estimate:
    """Return how much worse the worst part of the rows is given back than all of them."""
    worst = worst_slice(case.once(findings.slices))
    if worst is None:
        raise NotComputable(f"rows fall into no two parts of {MIN_ROWS} rows with numbers that vary")
    return Estimate.of(worst["ratio"], int(worst["rows"]), (worst["ratio_low"], worst["ratio_high"]))


def _root_mean_square(values: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.asarray(np.sqrt((values**2).mean(axis=axis)))


_NO_R2: Final = "no numeric column varies in training and test rows"
_NO_NUMBERS: Final = "there is no numeric column with values"

METRICS: Final[dict[str, MetricSpec]] = {
    "reconstruction/mean_r2": MetricSpec(
        definition="mean over numeric columns of 1 - squared error / variance, given back from the posterior mean",
        unit="share of variance",
        direction="higher",
        reading="1 is perfect, 0 is as good as each column's mean, below 0 worse than it",
        compute=_columns("r2", np.mean, _NO_R2),
    ),
    "reconstruction/worst_column_r2": MetricSpec(
        definition="the lowest R2 of a numeric column",
        unit="share of variance",
        direction="higher",
        reading="below 0: a column is given back worse than by its mean, and is not modelled",
        compute=_columns("r2", np.min, _NO_R2),
    ),
    "reconstruction/mean_coverage": MetricSpec(
        definition="mean over numeric columns of the share of values in the central 95 % band at the posterior mean",
        unit="share",
        direction="neutral",
        reading="0.95 is right; lower: bands too narrow, higher: too wide",
        compute=_columns("coverage", np.mean, _NO_NUMBERS),
    ),
    "reconstruction/coverage_50": MetricSpec(
        definition="mean over numeric columns of the share of values in the central 50 % of p(x|z), z from q(z|x)",
        unit="share",
        direction="neutral",
        reading="0.5 is right; lower: spreads too narrow, higher: too wide (as with heavy tails)",
        compute=_coverage("coverage_50"),
    ),
    "reconstruction/coverage_90": MetricSpec(
        definition="mean over numeric columns of the share of values in the central 90 % of p(x|z), z from q(z|x)",
        unit="share",
        direction="neutral",
        reading="0.9 is right; lower: spreads too narrow, higher: too wide",
        compute=_coverage("coverage_90"),
    ),
    "reconstruction/accuracy": MetricSpec(
        definition="mean over categorical columns of the share of cells given back as the level they hold",
        unit="share",
        direction="higher",
        reading="1 is perfect; naming the most frequent level always is the floor (table `columns`: majority)",
        compute=_columns("accuracy", np.mean, "there is no categorical column with values"),
    ),
    "reconstruction/worst_slice_error": MetricSpec(
        definition="error of the worst part of the rows (an entity, a month, a level; table `slices`) over that of all",
        unit="ratio",
        direction="lower",
        reading=f"1: all are served alike; above 1.5 a part of at least {MIN_ROWS} rows is served worse",
        compute=worst_slice_error,
    ),
    **density_metrics.METRICS,
    "calibration/residual_std": MetricSpec(
        definition="root mean square over numeric columns of the standard deviation of residual / predicted spread",
        unit="predicted standard deviations",
        direction="neutral",
        reading="1 is right; above 1.25 the model is too sure of itself, below 0.8 its spreads are too wide",
        compute=residual_std,
    ),
    "calibration/pit_ks": MetricSpec(
        definition="mean over numeric columns of the Kolmogorov-Smirnov distance of Phi(residual) from uniform",
        unit="",
        direction="lower",
        reading="0 is perfect, below 0.05 good, above 0.15 intervals mislead",
        compute=_pit(np.mean),
    ),
    "calibration/worst_pit_ks": MetricSpec(
        definition="the largest such distance of a numeric column",
        unit="",
        direction="lower",
        reading="0 is perfect, above 0.15 the intervals of a column mislead",
        compute=_pit(np.max),
    ),
}
