"""The metrics of generated rows."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bounds import share
from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.halves import spread
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.synthetic import findings, intervals, use_metrics
from vaegis.evaluation.synthetic.curves import curve_error
from vaegis.evaluation.synthetic.trends import trend_score


def worst_curve_error(case: Case) -> Estimate:
    """Return the largest error of a reference curve."""
    rows = len(case.once(findings.made))
    curves = case.once(findings.curves).values()
    errors = [curve_error(curve, "real", "generated") for curve in curves if "generated" in curve]
    if not errors:
        raise NotComputable("no reference curve is declared over features")
    value = float(np.max(errors))
    ends = spread(value, case.once(intervals.curve_halves), 0.0)
    return Estimate.of(value, rows, ends, otherwise="a reference curve has too few rows or is flat")


def rule_share(case: Case) -> Estimate:
    """Return the share of generated rows that obey the rules."""
    passed, rows = case.once(findings.rules)[0], len(case.once(findings.made))
    return Estimate.of(passed, rows) if np.isnan(passed) else share(round(passed * rows), rows).estimate


def mean_shape(case: Case) -> Estimate:
    """Return the mean shape over columns."""
    return _shape(case.once(findings.shapes), len(case.once(findings.made)), case.once(intervals.shape_halves))


def real_shape(case: Case) -> Estimate:
    """Return what training rows come to."""
    return _shape(
        case.once(findings.real_shapes), len(case.once(findings.real)), case.once(intervals.real_shape_halves)
    )


def trend(case: Case) -> Estimate:
    """Return the mean trend of associated pairs."""
    associated_P = case.once(findings.pairs)["associated"].to_numpy(dtype=bool)
    trend_HP = case.once(intervals.pair_halves)[:, associated_P]
    return _trend(case, trend_score(case.once(findings.pairs)), trend_HP, "no two columns are associated")


def every_trend(case: Case) -> Estimate:
    """Return the mean trend of all pairs."""
    value = trend_score(case.once(findings.pairs), every=True)
    return _trend(case, value, case.once(intervals.pair_halves), "no two columns vary")


def anchored_trend(case: Case) -> Estimate:
    """Return the mean trend of all pairs, cut by the real range."""
    value = trend_score(case.once(findings.anchored_pairs), every=True)
    return _trend(case, value, case.once(intervals.anchored_pair_halves), "no two columns vary")


def told_apart(case: Case) -> Estimate:
    """Return the AUROC of the two-sample test."""
    return case.once(findings.told_apart).estimate


def _shape(shapes: pd.DataFrame, rows: int, shape_H: np.ndarray) -> Estimate:
    value = float(shapes["shape"].mean())
    return Estimate.of(value, rows, spread(value, shape_H, 0.0, 1.0), otherwise="no column has values in both tables")


def _trend(case: Case, value: float, trend_HP: np.ndarray, otherwise: str) -> Estimate:
    # A pair without a score in all rows has none in their halves.
    known_HP = trend_HP[:, ~np.isnan(trend_HP).all(axis=0)]
    ends = spread(value, known_HP.mean(axis=1), 0.0, 1.0) if known_HP.size else None
    return Estimate.of(value, len(case.once(findings.made)), ends, otherwise=otherwise)


def _neighbours(name: str) -> Callable[[Case], Estimate]:
    return lambda case: case.once(findings.neighbours)[name].estimate


METRICS: Final[dict[str, MetricSpec]] = {
    "synthetic/curve_error": MetricSpec(
        definition="mean difference of the medians of real and generated rows along a reference curve; the worst curve",
        unit="share of the curve's range",
        direction="lower",
        reading="0 is perfect, above 0.05 generated rows miss the relation",
        compute=worst_curve_error,
    ),
    "synthetic/rule_pass_rate": MetricSpec(
        definition="share of generated rows that meet every row-level expectation that real rows must meet",
        unit="share",
        direction="higher",
        reading="1 is perfect, below 0.8 generated rows are not plausible",
        compute=rule_share,
    ),
    "synthetic/mean_shape": MetricSpec(
        definition="mean over columns of 1 - Kolmogorov-Smirnov distance, or 1 - total variation for levels, to test"
        " rows (SDMetrics' column shapes)",
        unit="",
        direction="higher",
        reading="1 is equal, above 0.95 good; as good as can be where it reaches real_shape",
        compute=mean_shape,
    ),
    "synthetic/real_shape": MetricSpec(
        definition="mean_shape of as many training rows: what the change from training to test time leaves",
        unit="",
        direction="neutral",
        reading="what a perfect generator comes to",
        compute=real_shape,
    ),
    "synthetic/pair_trend": MetricSpec(
        definition="mean over pairs of columns that are associated in training rows of 1 - half the difference of"
        " correlations, or 1 - total variation of joint shares (SDMetrics' column pair trends); the interval keeps the"
        " pairs and the bins",
        unit="",
        direction="higher",
        reading="1 is equal, above 0.92 good",
        compute=trend,
    ),
    "synthetic/pair_trend_all": MetricSpec(
        definition="pair_trend over all pairs",
        unit="",
        direction="higher",
        reading="1 is equal, above 0.92 good; one extreme row moves it",
        compute=every_trend,
    ),
    "synthetic/pair_trend_anchored": MetricSpec(
        definition="pair_trend over all pairs, amounts of both tables cut into bins by the real range",
        unit="",
        direction="higher",
        reading="1 is equal, above 0.92 good; extreme rows weigh what they are",
        compute=anchored_trend,
    ),
    "synthetic/precision": MetricSpec(
        definition="share of generated rows inside the ball of a training row, up to its 5th neighbour"
        " (Kynkaanniemi et al. 2019)",
        unit="share",
        direction="higher",
        reading="near 1: generated rows look real; high with low recall: only the commonest are made",
        compute=_neighbours("precision"),
        tier="full",
    ),
    "synthetic/recall": MetricSpec(
        definition="share of training rows inside the ball of a generated row",
        unit="share",
        direction="higher",
        reading="near 1: all that is real can be made; low: kinds of rows are missing",
        compute=_neighbours("recall"),
        tier="full",
    ),
    "synthetic/density": MetricSpec(
        definition="training balls that a generated row lies in, over 5 (Naeem et al. 2020, eq. 2)",
        unit="",
        direction="neutral",
        reading="1 is expected of the same law; above: too typical, below: off the real rows",
        compute=_neighbours("density"),
        tier="full",
    ),
    "synthetic/coverage": MetricSpec(
        definition="share of training balls that hold a generated row (Naeem et al. 2020, eq. 3)",
        unit="share",
        direction="higher",
        reading="0.97 is expected of the same law; low: kinds of rows are missing",
        compute=_neighbours("coverage"),
        tier="full",
    ),
    "synthetic/two_sample_auroc": MetricSpec(
        definition="AUROC of boosted trees that tell generated rows from training rows, on rows they did not see",
        unit="",
        direction="lower",
        reading="0.5 cannot be told apart, below 0.6 good, near 1 told at a glance",
        compute=told_apart,
        tier="full",
    ),
    **use_metrics.METRICS,
}
