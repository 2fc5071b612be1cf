"""Metrics: whether the latent is used, and for how much information. Nats per row."""

from typing import Final

import numpy as np

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.halves import spread
from vaegis.evaluation.latent import findings
from vaegis.evaluation.latent.dimensions import ACTIVE_VARIANCE, kl_NK
from vaegis.evaluation.latent.information import gaussian_correlation, gaussian_correlation_replicates
from vaegis.evaluation.metric import MetricSpec


def active_units(case: Case) -> Estimate:
    """Return how many dimensions are in use."""
    codes = case.once(findings.judged)
    active, size = int(case.once(findings.dimensions)["active"].sum()), codes.mean_NK.shape[1]
    mean_HK, square_HK = (case.halves(codes.rows).means(codes.mean_NK.astype(np.float64) ** p) for p in (1, 2))
    ends = spread(active, (square_HK - mean_HK**2 > ACTIVE_VARIANCE).sum(axis=1), 0, size)
    # Dimensions come whole, and so do the ends.
    return Estimate.of(active, len(codes.rows), None if ends is None else (np.floor(ends[0]), np.ceil(ends[1])))


def active_share(case: Case) -> Estimate:
    """Return the share of dimensions in use."""
    units, size = active_units(case), case.once(findings.judged).mean_NK.shape[1]
    ends = None if units.low is None or units.high is None else (units.low / size, units.high / size)
    return Estimate.of(case.once(findings.dimensions)["active"].mean(), units.rows, ends)


def rate(case: Case) -> Estimate:
    """Return the mean KL to N(0, I), which training charges whatever the prior that rows are drawn by."""
    codes = case.once(findings.judged)
    return _mean(case, codes, kl_NK(codes.mean_NK, codes.std_NK).sum(axis=1))


def distortion(case: Case) -> Estimate:
    """Return the mean negative log-likelihood given a draw of the posterior."""
    return _mean(case, case.once(findings.judged), case.once(findings.decoding)["distortion"].to_numpy())


def decoder_use(case: Case) -> Estimate:
    """Return the mean rise of the distortion with another row's latent."""
    return _mean(case, case.once(findings.judged), case.once(findings.decoding)["rise"].to_numpy())


def mutual_information(case: Case) -> Estimate:
    """Return how much a latent tells of its row."""
    return _mean(case, case.once(findings.few_judged), case.once(findings.information).mutual_N)


def total_correlation(case: Case) -> Estimate:
    """Return how much the latents tell of each other."""
    return _mean(case, case.once(findings.few_judged), case.once(findings.information).correlation_N)


def total_correlation_gaussian(case: Case) -> Estimate:
    """Return the same by the moments alone."""
    codes = case.once(findings.judged)
    if codes.mean_NK.shape[1] < 2:
        raise NotComputable("there is one latent only")
    value = gaussian_correlation(codes.mean_NK, codes.std_NK)
    halves = case.halves(codes.rows)
    ends = spread(value, gaussian_correlation_replicates(codes.mean_NK, codes.std_NK, halves), 0.0)
    return Estimate.of(value, len(codes.rows), ends, otherwise="a direction of the latents has no spread")


def _mean(case: Case, codes: findings.Codes, values_N: np.ndarray) -> Estimate:
    return Estimate.of(float(values_N.mean()), len(codes.rows), case.bootstrap(codes.rows).mean(values_N))


METRICS: Final[dict[str, MetricSpec]] = {
    "latent/active_units": MetricSpec(
        definition=f"latent dimensions whose posterior mean varies by more than {ACTIVE_VARIANCE} over rows "
        "(Burda et al. 2016)",
        unit="dimensions",
        direction="higher",
        reading="0: the posterior has collapsed onto the prior; all: none is ballast",
        compute=active_units,
    ),
    "latent/active_share": MetricSpec(
        definition="active dimensions as a share of all",
        unit="share",
        direction="higher",
        reading="near 0 the latent is far larger than what it carries; 1: every dimension is in use",
        compute=active_share,
    ),
    "latent/rate": MetricSpec(
        definition="mean KL of a row's posterior to N(0, I), summed over dimensions",
        unit="nats per row",
        direction="neutral",
        reading="below 0.5 the latent says nothing; more is a finer code and a larger gap to the prior",
        compute=rate,
    ),
    "latent/distortion": MetricSpec(
        definition="mean negative log-likelihood of the standardised row given one draw of its posterior",
        unit="nats per row",
        direction="lower",
        reading="to be read beside the rate: what is saved here is paid there; only to be compared on the same columns",
        compute=distortion,
    ),
    "latent/decoder_use": MetricSpec(
        definition="rise of the distortion when latents are dealt to the wrong rows",
        unit="nats per row",
        direction="higher",
        reading="below 0.1 the decoder does not listen to its latent, whatever the KL says; large numbers mean much",
        compute=decoder_use,
    ),
    "latent/mutual_information": MetricSpec(
        definition="mutual information of row and latent, the aggregate posterior estimated by all pairs of rows "
        "(Chen et al. 2018); not given within 2 nats of ln N, where that estimator is saturated",
        unit="nats",
        direction="neutral",
        reading="0: the latent says nothing; e to its power is the number of rows that can be told apart",
        compute=mutual_information,
        tier="full",
    ),
    "latent/total_correlation": MetricSpec(
        definition="KL of the aggregate posterior to the product of its marginals (Chen et al. 2018); not given where "
        "that estimator is saturated",
        unit="nats",
        direction="lower",
        reading="0: latents are independent; above 1 some say the same",
        compute=total_correlation,
        tier="full",
    ),
    "latent/total_correlation_gaussian": MetricSpec(
        definition="total correlation of a Gaussian with the mean and covariance of the aggregate posterior",
        unit="nats",
        direction="lower",
        reading="0: latents are uncorrelated, though they may depend on each other otherwise; it never saturates",
        compute=total_correlation_gaussian,
    ),
}
