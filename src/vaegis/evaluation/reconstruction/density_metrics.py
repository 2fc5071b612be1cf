"""The metrics of density: how probable held-out rows are, and what the bound misses."""

from collections.abc import Callable
from typing import Final

import numpy as np

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.reconstruction import findings
from vaegis.evaluation.reconstruction.density import FEW, MANY

_NATS: Final = "nats per row"
_OWN_SCALE: Final = "only to be compared between models of the same columns and rows"


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


def _of_few(values: Callable[[Case], np.ndarray]) -> Callable[[Case], Estimate]:
    """Return how to find a mean over the few rows that are looked at closely."""

    def compute(case: Case) -> Estimate:
        values_N, rows = values(case), case.once(findings.few_rows)
        return Estimate.of(float(values_N.mean()), len(rows), case.bootstrap(rows).mean(values_N))

    return compute


def _few_minus_many(case: Case) -> np.ndarray:
    bounds = case.once(findings.bounds)
    return np.asarray(bounds.few_N - bounds.many_N)


def _amortisation(case: Case) -> np.ndarray:
    found = case.once(findings.refined)
    return np.asarray(found.best_N - found.encoder_N)


def _approximation(case: Case) -> np.ndarray:
    found = case.once(findings.refined)
    return np.asarray(found.evidence_N - found.best_N)


METRICS: Final[dict[str, MetricSpec]] = {
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
        reading=_OWN_SCALE,
        compute=_row_mean("elbo"),
    ),
    "reconstruction/nll": MetricSpec(
        definition="mean importance-weighted bound on -log p(x), evaluate.nll_samples draws (Burda et al. 2016, eq. 8)",
        unit=_NATS,
        direction="lower",
        reading=f"{_OWN_SCALE}; differences under 0.2 are noise",
        compute=nll,
    ),
    "reconstruction/nll_512": MetricSpec(
        definition=f"the same bound with {MANY} draws a row, on fewer rows",
        unit=_NATS,
        direction="lower",
        reading=_OWN_SCALE,
        compute=_of_few(lambda case: case.once(findings.bounds).many_N),
        tier="full",
    ),
    "reconstruction/nll_64_less_512": MetricSpec(
        definition=f"by how much the bound still falls from {FEW} to {MANY} draws a row",
        unit=_NATS,
        direction="lower",
        reading="below 0.1 the bound has converged; above 1 the posterior is too narrow and the NLL overstated",
        compute=_of_few(_few_minus_many),
        tier="full",
    ),
    "reconstruction/effective_samples": MetricSpec(
        definition=f"mean effective number of {MANY} importance samples a row, (sum w)^2 / sum w^2 (Kong 1992)",
        unit="samples",
        direction="higher",
        reading=f"{MANY}: the posterior is exact; below 10 the bound rests on a handful of draws",
        compute=_of_few(lambda case: case.once(findings.bounds).effective_N),
        tier="full",
    ),
    "reconstruction/amortisation_gap": MetricSpec(
        definition="mean ELBO of each row's best Gaussian posterior minus the encoder's (Cremer et al. 2018, eq. 5)",
        unit=_NATS,
        direction="lower",
        reading="0: the encoder is as good as a search for each row; above 1 a larger encoder or more training helps",
        compute=_of_few(_amortisation),
        tier="full",
    ),
    "reconstruction/approximation_gap": MetricSpec(
        definition=f"mean of log p(x), by {MANY} draws of each row's best Gaussian posterior, minus the ELBO there",
        unit=_NATS,
        direction="lower",
        reading="0: posteriors are Gaussian; large: the decoder bends the latent more than a Gaussian can follow",
        compute=_of_few(_approximation),
        tier="full",
    ),
}
