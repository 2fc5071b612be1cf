"""Metrics: disentanglement, where it is known what caused the rows. N rows, K latents, F factors."""

from collections.abc import Callable
from typing import Final

import numpy as np

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text
from vaegis.errors import ConfigError
from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.latent import disentanglement as measures
from vaegis.evaluation.latent import findings
from vaegis.evaluation.latent.disentanglement import Factor
from vaegis.evaluation.metric import MetricSpec


def known_factors(case: Case) -> tuple[np.ndarray, list[Factor]]:
    """Return the latents of the rows that have every factor, (N, K), and the declared factors that vary.

    Raises:
        NotComputable: none is declared, or none varies.
        ConfigError: a declared factor is no column of the table.
    """
    if not case.config.factors:
        raise NotComputable("no known cause of the rows is declared (params.yaml: evaluate.factors)")
    codes = case.once(findings.few_judged)
    if codes.mean_NK.shape[1] < 2:
        raise NotComputable("there is one latent only")
    columns = [_column(case, name) for name in case.config.factors]
    present_N = codes.rows[[column.name for column in columns]].notna().all(axis=1).to_numpy()
    rows = codes.rows[present_N]
    factors = [
        Factor(
            name=column.name,
            values_N=np.unique(as_text(rows[column.name]), return_inverse=True)[1]
            if _is_discrete(column)
            else as_numbers(rows[column.name]),
            discrete=_is_discrete(column),
        )
        for column in columns
        if rows[column.name].nunique() > 1
    ]
    if not factors:
        raise NotComputable(f"no declared factor varies over the {len(rows):,} test rows that have them all")
    return codes.mean_NK[present_N].astype(np.float64), factors


def importance(case: Case) -> np.ndarray:
    """Return how much each latent matters for each factor, (K, F)."""
    return measures.importance_KF(*case.once(known_factors), case.config.seed)


def mig(case: Case) -> Estimate:
    """Return the mutual information gap."""
    z_NK, factors = case.once(known_factors)
    return Estimate.of(measures.mutual_information_gap(z_NK, factors), len(z_NK))


def sap(case: Case) -> Estimate:
    """Return the separated attribute predictability."""
    z_NK, factors = case.once(known_factors)
    return Estimate.of(measures.attribute_gap(z_NK, factors), len(z_NK))


def dci_disentanglement(case: Case) -> Estimate:
    """Return how few factors a latent matters for."""
    z_NK, factors = case.once(known_factors)
    if len(factors) < 2:
        raise NotComputable("one factor cannot be entangled with another: declare two at least")
    return Estimate.of(measures.disentanglement(case.once(importance)), len(z_NK))


def dci_completeness(case: Case) -> Estimate:
    """Return how few latents matter for a factor."""
    z_NK, _ = case.once(known_factors)
    return Estimate.of(measures.completeness(case.once(importance)), len(z_NK))


def _column(case: Case, name: str) -> ColumnSpec:
    allowed = [column.name for column in case.rows.schema.columns if column.role != "time"]
    if name not in allowed:
        what = f"evaluate.factors names {name!r}"
        raise ConfigError(what, allowed=", ".join(allowed), where="params.yaml: evaluate.factors")
    return case.rows.schema.column(name)


def _is_discrete(column: ColumnSpec) -> bool:
    return column.is_discrete or column.kind in ("identifier", "text")


def _spec(compute: Callable[[Case], Estimate], definition: str, reading: str) -> MetricSpec:
    return MetricSpec(
        definition=f"{definition}; mean over the declared factors (evaluate.factors)",
        unit="",
        direction="higher",
        reading=reading,
        compute=compute,
        tier="full",
    )


METRICS: Final[dict[str, MetricSpec]] = {
    "latent/mig": _spec(
        mig,
        "gap between the two latents that tell most of a factor, in information, as a share of the factor's entropy "
        "(MIG, Chen et al. 2018)",
        "0: two latents tell the same of a factor; 1: one tells all, the others nothing",
    ),
    "latent/sap": _spec(
        sap,
        "gap between the two latents that predict a factor best, each alone (SAP, Kumar et al. 2018)",
        "0: two latents do equally well; 1: one predicts it, the others do not",
    ),
    "latent/dci_disentanglement": _spec(
        dci_disentanglement,
        "1 - entropy over factors of a latent's importance for predicting them (Eastwood & Williams 2018)",
        "0: every latent matters for all factors alike; 1: each for one",
    ),
    "latent/dci_completeness": _spec(
        dci_completeness,
        "1 - entropy over latents of their importance for predicting a factor (Eastwood & Williams 2018)",
        "0: all latents matter for a factor alike; 1: one does",
    ),
}
