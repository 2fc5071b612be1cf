"""The metrics of reconstruction and of calibration."""

from collections.abc import Callable
from typing import Final

import numpy as np

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.reconstruction import findings

_NATS: Final = "nats per row"


def _row_mean(term: str) -> Callable[[Case], Estimate]:
    def compute(case: Case) -> Estimate:
        if term == "elbo":
            findings.require_density(case)
        terms_N = case.once(findings.elbo_terms)[term].to_numpy()
        return Estimate.of(float(terms_N.mean()), len(terms_N), case.bootstrap(case.test).mean(terms_N))

    return compute


def nll(case: Case) -> Estimate:
    """Return the mean importance-weighted bound."""
    nll_N = case.once(findings.nll)
    draws = case.bootstrap(case.test.loc[nll_N.index])
    return Estimate.of(float(nll_N.mean()), len(nll_N), draws.mean(nll_N.to_numpy()))


def _columns(figure: str, over: Callable[[np.ndarray], float], otherwise: str) -> Callable[[Case], Estimate]:
    """Return how to summarise a figure of the columns."""

    def compute(case: Case) -> Estimate:
        values_X = case.once(findings.columns)[figure].dropna().to_numpy()
        value = over(values_X) if len(values_X) else float("nan")
        return Estimate.of(value, len(case.test), otherwise=otherwise)

    return compute


def _calibration(figure: str, over: Callable[[np.ndarray], float]) -> Callable[[Case], Estimate]:
    def compute(case: Case) -> Estimate:
        values_X = case.once(findings.calibration)[figure].dropna().to_numpy()
        value = over(values_X) if len(values_X) else float("nan")
        return Estimate.of(value, len(case.test), otherwise="no numeric column has two residuals")

    return compute


def _root_mean_square(values_X: np.ndarray) -> float:
    return float(np.sqrt((values_X**2).mean()))


_NO_R2: Final = "no numeric column varies in training and test rows"

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
        compute=_columns("coverage", np.mean, "there is no numeric column with values"),
    ),
    "reconstruction/accuracy": MetricSpec(
        definition="mean over categorical columns of the share of cells given back as the level they hold",
        unit="share",
        direction="higher",
        reading="1 is perfect; naming the most frequent level always is the floor (table `columns`: majority)",
        compute=_columns("accuracy", np.mean, "there is no categorical column with values"),
    ),
    "reconstruction/distortion": MetricSpec(
        definition="mean of -log p(x|z) of the standardised row, one z drawn from q(z|x)",
        unit=_NATS,
        direction="lower",
        reading="only to be compared between models of the same columns; densities may be above 1, so below 0 is right",
        compute=_row_mean("distortion"),
    ),
    "reconstruction/elbo": MetricSpec(
        definition="mean evidence lower bound on log p(x) at beta 1, one z a row (Kingma & Welling 2014, eq. 3)",
        unit=_NATS,
        direction="higher",
        reading="only to be compared between models of the same columns and rows",
        compute=_row_mean("elbo"),
    ),
    "reconstruction/nll": MetricSpec(
        definition="mean importance-weighted bound on -log p(x), evaluate.nll_samples draws (Burda et al. 2016, eq. 8)",
        unit=_NATS,
        direction="lower",
        reading="only to be compared between models of the same columns and rows; differences under 0.2 are noise",
        compute=nll,
    ),
    "calibration/residual_std": MetricSpec(
        definition="root mean square over numeric columns of the standard deviation of residual / predicted spread",
        unit="predicted standard deviations",
        direction="neutral",
        reading="1 is right; above 1.25 the model is too sure of itself, below 0.8 its spreads are too wide",
        compute=_calibration("residual_std", _root_mean_square),
    ),
    "calibration/pit_ks": MetricSpec(
        definition="mean over numeric columns of the Kolmogorov-Smirnov distance of Phi(residual) from uniform",
        unit="",
        direction="lower",
        reading="0 is perfect, below 0.05 good, above 0.15 intervals mislead",
        compute=_calibration("pit_ks", np.mean),
    ),
    "calibration/worst_pit_ks": MetricSpec(
        definition="the largest such distance of a numeric column",
        unit="",
        direction="lower",
        reading="0 is perfect, above 0.15 the intervals of a column mislead",
        compute=_calibration("pit_ks", np.max),
    ),
}
