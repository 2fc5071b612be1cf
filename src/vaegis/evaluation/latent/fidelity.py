"""Metrics: what the latent space keeps of the table: neighbours, and the ways between rows. P pairs of rows."""

from collections.abc import Callable
from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.latent import findings
from vaegis.evaluation.latent.interpolation import near_share
from vaegis.evaluation.latent.neighbourhood import NEIGHBOURS, preserve_neighbours
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.rows import thin

NEIGHBOUR_ROWS: Final = 2_000


def neighbours(case: Case) -> tuple[float, float]:
    """Return trustworthiness and continuity."""
    rows = thin(case.test, NEIGHBOUR_ROWS)
    if len(rows) <= 2 * NEIGHBOURS:
        raise NotComputable(f"{len(rows)} rows are too few for {NEIGHBOURS} neighbours of each")
    mean_NK, _ = case.model.posterior(rows)
    if not np.ptp(mean_NK, axis=0).any():
        raise NotComputable("all rows have the same latent")
    return preserve_neighbours(Inputs(case.model.transform).matrix(rows), mean_NK)


def _interpolated(figure: str) -> Callable[[Case], Estimate]:
    def compute(case: Case) -> Estimate:
        share_P = near_share(getattr(case.once(findings.paths), figure))
        draws = Bootstrap.of_rows(len(share_P), case.replicates, case.config.seed)
        return Estimate.of(float(share_P.mean()), len(share_P), draws.mean(share_P))

    return compute


def _kept(position: int) -> Callable[[Case], Estimate]:
    def compute(case: Case) -> Estimate:
        return Estimate.of(case.once(neighbours)[position], min(NEIGHBOUR_ROWS, len(case.test)))

    return compute


def interpolated_rules(case: Case) -> Estimate:
    """Return the share of rows on the way between two rows that meet every row-level expectation."""
    from vaegis.quality.rows import passing_share  # noqa: PLC0415 - loads great_expectations, seconds

    between = case.once(findings.paths).between
    passing = passing_share(between, case.rows.schema, case.bench.rules)
    return Estimate.of(passing.share, passing.rows)


_TWICE: Final = "a row drawn twice would be its own nearest neighbour"

METRICS: Final[dict[str, MetricSpec]] = {
    "latent/trustworthiness": MetricSpec(
        definition=f"how far the {NEIGHBOURS} nearest rows in the latent space are near in the table too "
        "(Venna & Kaski 2001)",
        unit="",
        direction="higher",
        reading="0.5 is chance, above 0.9 neighbours can be believed, 1 is perfect",
        compute=_kept(0),
        tier="full",
        no_interval=_TWICE,
    ),
    "latent/continuity": MetricSpec(
        definition=f"how far the {NEIGHBOURS} nearest rows in the table are near in the latent space too "
        "(Venna & Kaski 2001)",
        unit="",
        direction="higher",
        reading="0.5 is chance, above 0.9 groups stay together, 1 is perfect",
        compute=_kept(1),
        tier="full",
        no_interval=_TWICE,
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
        no_interval="rows on one way hang together, and which of them break a rule is not kept",
    ),
}
