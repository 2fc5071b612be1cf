"""Metrics: what the latent space keeps of the table: neighbours, and the ways between rows. P pairs of rows."""

from collections.abc import Callable
from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.bounds import share
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.halves import masks, spread
from vaegis.evaluation.latent import findings
from vaegis.evaluation.latent.interpolation import near_share
from vaegis.evaluation.latent.neighbourhood import NEIGHBOURS, preserve_neighbours
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.rows import thin

NEIGHBOUR_ROWS: Final = 2_000


def neighbours(case: Case) -> tuple[Estimate, Estimate]:
    """Return trustworthiness and continuity."""
    rows = thin(case.test, NEIGHBOUR_ROWS)
    if len(rows) <= 2 * NEIGHBOURS:
        raise NotComputable(f"{len(rows)} rows are too few for {NEIGHBOURS} neighbours of each")
    mean_NK, _ = case.model.posterior(rows)
    if not np.ptp(mean_NK, axis=0).any():
        raise NotComputable("all rows have the same latent")
    x_NX = Inputs(case.model.transform).matrix(rows)
    found_H2 = np.full((len(case.halves(rows).counts_RB), 2), np.nan)
    for half, inside_N in enumerate(masks(case.halves(rows))):
        if inside_N.sum() > 2 * NEIGHBOURS:
            found_H2[half] = preserve_neighbours(x_NX[inside_N], mean_NK[inside_N])
    first, second = (
        Estimate.of(value, len(rows), spread(value, found_H, 0.0, 1.0))
        for value, found_H in zip(preserve_neighbours(x_NX, mean_NK), found_H2.T, strict=True)
    )
    return first, second


def _interpolated(figure: str) -> Callable[[Case], Estimate]:
    def compute(case: Case) -> Estimate:
        share_P = near_share(getattr(case.once(findings.paths), figure))
        draws = Bootstrap.of_rows(len(share_P), case.replicates, case.config.seed)
        return Estimate.of(float(share_P.mean()), len(share_P), draws.mean(share_P))

    return compute


def _kept(position: int) -> Callable[[Case], Estimate]:
    return lambda case: case.once(neighbours)[position]


def interpolated_rules(case: Case) -> Estimate:
    """Return the share of rows on the way between two rows that meet every row-level expectation."""
    from vaegis.quality.rows import passing_share  # noqa: PLC0415 - loads great_expectations, seconds

    between = case.once(findings.paths).between
    passing = passing_share(between, case.rows.schema, case.bench.rules)
    # Rows on one way hang together: the interval is that of as many independent answers as there are ways.
    ways = len(case.once(findings.paths).latent_PT)
    sure = share(round(passing.share * ways), ways)
    return Estimate.of(passing.share, passing.rows, (sure.low, sure.high))


METRICS: Final[dict[str, MetricSpec]] = {
    "latent/trustworthiness": MetricSpec(
        definition=f"how far the {NEIGHBOURS} nearest rows in the latent space are near in the table too "
        "(Venna & Kaski 2001)",
        unit="",
        direction="higher",
        reading="0.5 is chance, above 0.9 neighbours can be believed, 1 is perfect",
        compute=_kept(0),
        tier="full",
    ),
    "latent/continuity": MetricSpec(
        definition=f"how far the {NEIGHBOURS} nearest rows in the table are near in the latent space too "
        "(Venna & Kaski 2001)",
        unit="",
        direction="higher",
        reading="0.5 is chance, above 0.9 groups stay together, 1 is perfect",
        compute=_kept(1),
        tier="full",
    ),
    "latent/interpolation_near": MetricSpec(
        definition="share of rows decoded on the way between the latents of two random test rows that are as near to a "
        "training row as 90 % of the reconstructed ends",
        unit="share",
        direction="higher",
        reading="0.9: ways are as near to rows as their ends; lower: they lead through places where no row is",
        compute=_interpolated("latent_PT"),
        tier="full",
    ),
    "latent/interpolation_straight_near": MetricSpec(
        definition="share of rows on the straight way between the same rows themselves that are as near to a training "
        "row as 90 % of these ends",
        unit="share",
        direction="neutral",
        reading="what mixing rows without a model gives; interpolation_near should not be below it",
        compute=_interpolated("straight_PT"),
        tier="full",
    ),
    "latent/interpolation_rules": MetricSpec(
        definition="share of rows decoded on the way between two test rows that meet every row-level expectation",
        unit="share",
        direction="higher",
        reading="1: no row on the way breaks a rule that real rows must keep",
        compute=interpolated_rules,
        tier="full",
    ),
}
