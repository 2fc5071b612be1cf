"""Metrics: whether the prior in use puts its mass where rows have their latents. S prior draws."""

from collections.abc import Callable
from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import MAX_BLOCKS, Bootstrap, percentiles
from vaegis.evaluation.bounds import share
from vaegis.evaluation.case import Case
from vaegis.evaluation.detection.ranking import auroc
from vaegis.evaluation.detection.resampled import resample_ranking
from vaegis.evaluation.estimate import Estimate
from vaegis.evaluation.halves import spread
from vaegis.evaluation.latent import aggregate, findings
from vaegis.evaluation.latent.two_sample import told_apart
from vaegis.evaluation.metric import MetricSpec

_PRIOR: Final = "the prior that rows are drawn by (train.prior)"


def aggregate_kl(case: Case) -> Estimate:
    """Return the KL of aggregate posterior to prior by their first two moments."""
    findings.require_prior(case)
    codes, prior = case.once(findings.judged), case.model.latent_prior
    value = aggregate.moment_kl(codes.mean_NK, codes.std_NK, prior)
    draws = case.bootstrap(codes.rows)
    interval = percentiles(aggregate.moment_kl_replicates(codes.mean_NK, codes.std_NK, prior, draws))
    return Estimate.of(value, len(codes.rows), interval, otherwise="a direction of the latents has no spread")


def sliced_null(case: Case) -> Estimate:
    """Return the sliced distance that chance gives."""
    return Estimate.of(case.once(findings.with_prior)["sliced_w2_null"], len(case.once(findings.judged).rows))


def sliced(figure: str) -> Callable[[Case], Estimate]:
    """Return how to find the sliced distance, as it is or as a multiple of what chance gives."""

    def compute(case: Case) -> Estimate:
        found, rows = case.once(findings.with_prior), len(case.once(findings.judged).rows)
        unit = found["sliced_w2_null"] if figure == "sliced_w2_ratio" else 1.0
        return Estimate.of(found[figure], rows, spread(found[figure], case.once(findings.sliced_halves) / unit, 0.0))

    return compute


def hole_share(case: Case) -> Estimate:
    """Return the share of prior draws that decode to rows unlike all others."""
    return _share(case.once(findings.holes))


def uncovered_share(case: Case) -> Estimate:
    """Return the share of prior draws where no row has its latent."""
    findings.require_prior(case)
    known, held = case.once(findings.learnt), case.once(findings.few_judged)
    seed = case.config.seed
    drawn_SK = aggregate.draw_prior(case.model.latent_prior, findings.PAIRWISE_ROWS, seed)
    known_NK = aggregate.draw_aggregate(known.mean_NK, known.std_NK, seed)
    return _share(
        aggregate.uncovered(known_NK, aggregate.draw_aggregate(held.mean_NK, held.std_NK, seed + 1), drawn_SK)
    )


def prior_auroc(case: Case) -> Estimate:
    """Return how well trees that learned from training rows tell the latents of test rows from prior draws."""
    findings.require_prior(case)
    samples, seed = [], case.config.seed
    for number, codes in enumerate((case.once(findings.learnt), case.once(findings.judged))):
        drawn_SK = aggregate.draw_prior(case.model.latent_prior, len(codes.rows), seed + number)
        samples.append((aggregate.draw_aggregate(codes.mean_NK, codes.std_NK, seed + number), drawn_SK))
    rows_N, drawn_S = told_apart(samples[0], samples[1], seed)
    replicates = resample_ranking(rows_N, drawn_S, _draws(case, len(drawn_S)))
    return Estimate.of(auroc(rows_N, drawn_S), len(rows_N), percentiles(replicates.auroc_R))


def _draws(case: Case, num_drawn: int) -> Bootstrap:
    """Return draws of blocks of rows and, beside them, of prior draws."""
    rows = case.bootstrap(case.once(findings.judged).rows).block_N
    return Bootstrap.of_blocks(
        np.concatenate([rows, rows.max() + 1 + np.arange(num_drawn) % MAX_BLOCKS]), case.replicates, case.config.seed
    )


def _share(hit_S: np.ndarray) -> Estimate:
    """Return the share with its exact interval: prior draws are independent."""
    return share(int(hit_S.sum()), len(hit_S)).estimate


METRICS: Final[dict[str, MetricSpec]] = {
    "latent/aggregate_kl": MetricSpec(
        definition="KL between Gaussians with the moments of the aggregate posterior (mean of q(z|x) over test rows) "
        f"and of {_PRIOR}",
        unit="nats",
        direction="lower",
        reading="0: mean and covariance agree; above 2 rows drawn from the prior are not like the table's",
        compute=aggregate_kl,
    ),
    "latent/sliced_w2": MetricSpec(
        definition=f"sliced 2-Wasserstein distance of aggregate posterior and {_PRIOR} (Bonneel et al. 2015)",
        unit="",
        direction="lower",
        reading="to be read beside sliced_w2_null; a shift of all rows by d gives d / sqrt(dimensions)",
        compute=sliced("sliced_w2"),
    ),
    "latent/sliced_w2_null": MetricSpec(
        definition="the distance that two samples of the prior stay below in 95 of 100 cases, as many rows each",
        unit="",
        direction="neutral",
        reading="what chance alone gives",
        compute=sliced_null,
        no_interval="it is itself the end of an interval, of what chance gives",
    ),
    "latent/sliced_w2_ratio": MetricSpec(
        definition="sliced_w2 as a multiple of sliced_w2_null",
        unit="",
        direction="lower",
        reading="up to 1: not told from the prior; far above: another law, or test rows of another time than training",
        compute=sliced("sliced_w2_ratio"),
    ),
    "latent/prior_auroc": MetricSpec(
        definition=f"AUROC of boosted trees that tell latents of test rows from draws of {_PRIOR}, after learning from "
        "training rows (classifier two-sample test, Lopez-Paz & Oquab 2017)",
        unit="",
        direction="lower",
        reading="0.5: nobody can tell; above 0.8 the prior draws what rows do not have, and a mixture prior may help",
        compute=prior_auroc,
        tier="full",
    ),
    "latent/prior_hole_share": MetricSpec(
        definition="share of prior draws that decode to rows whose latents are less dense than those of 99.9 % of "
        "training rows, by a Gaussian fit",
        unit="share",
        direction="lower",
        reading="0.001 is usual; above 0.05 the prior has holes that decode to rows unlike all others",
        compute=hole_share,
    ),
    "latent/prior_uncovered_share": MetricSpec(
        definition="share of prior draws farther from the nearest latent of a training row than 99 % of the latents of "
        "test rows are",
        unit="share",
        direction="lower",
        reading="0.01: prior and rows fill the same space; above 0.2 the prior spends much of its mass where no row is",
        compute=uncovered_share,
        tier="full",
    ),
}
