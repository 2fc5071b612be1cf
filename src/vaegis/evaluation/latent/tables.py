"""The tables behind the metrics of the latent space."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.case import Case
from vaegis.evaluation.latent import capacity, factors, findings, seeds
from vaegis.evaluation.latent.interpolation import STEPS
from vaegis.evaluation.latent.traversal import traverse
from vaegis.evaluation.metric import TableSpec

MOST_DIMENSIONS: Final = 8
"""Dimensions that are walked along, the most used."""


def traversals(case: Case) -> pd.DataFrame:
    """Return decoded rows along the most used dimensions."""
    return traverse(case.model, case.once(findings.judged).rows, case.once(findings.ranked)[:MOST_DIMENSIONS])


def ways(case: Case) -> pd.DataFrame:
    """Return by step how far from training rows the ways between rows lead: median, and what 90 % stay below."""
    paths = case.once(findings.paths)
    profile = {"share": np.linspace(0.0, 1.0, STEPS)}
    for name, distance_PT in (("latent", paths.latent_PT), ("straight", paths.straight_PT)):
        profile[name] = np.median(distance_PT, axis=0)
        profile[f"{name}_p90"] = np.quantile(distance_PT, 0.9, axis=0)
    return pd.DataFrame(profile)


def factor_importance(case: Case) -> pd.DataFrame:
    """Return one row for each dimension and one column for each declared factor."""
    _, known = case.once(factors.known_factors)
    r_KF = case.once(factors.importance)
    table = pd.DataFrame(r_KF, columns=[factor.name for factor in known])
    table.insert(0, "dimension", [f"z_{k}" for k in range(len(r_KF))])
    return table


TABLES: Final[dict[str, TableSpec]] = {
    "kl_per_dimension": TableSpec(
        title="Each latent dimension: KL to N(0, 1) (nats per row), variance of the posterior mean, mean spread of the "
        "posterior, whether it is in use",
        make=lambda case: case.once(findings.dimensions),
    ),
    "traversals": TableSpec(
        title="Decoded rows while one latent is moved (z) and the others rest at a central row; columns in their units",
        make=lambda case: case.once(traversals),
        tier="full",
    ),
    "interpolation": TableSpec(
        title="Ways between test rows, by share of the way: distance to the nearest training row as a multiple of what "
        "90 % of the ends stay below; through the latent space, and straight between the rows themselves",
        make=lambda case: case.once(ways),
        tier="full",
    ),
    "size_curve": TableSpec(
        title="Mean R2 of numeric columns, and AUROC of a linear probe for a label, from the most used latents and "
        "from as many principal components",
        make=lambda case: case.once(capacity.size_table),
        tier="full",
    ),
    "factor_importance": TableSpec(
        title="How much each latent matters to forests that predict each declared factor; a column sums to one",
        make=lambda case: case.once(factor_importance),
        tier="full",
    ),
    "seed_agreement": TableSpec(
        title="How alike models of other seeds see the test rows",
        make=lambda case: case.once(seeds.agreement),
        tier="full",
    ),
}
