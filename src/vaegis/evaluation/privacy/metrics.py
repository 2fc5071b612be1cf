"""The metrics of privacy: every question of the audit, and what the bundle holds of real rows."""

from typing import Final

from vaegis.evaluation.case import Case
from vaegis.evaluation.estimate import Estimate
from vaegis.evaluation.metric import MetricSpec
from vaegis.evaluation.privacy.findings import material
from vaegis.evaluation.privacy.holdings import rare_names, stored_rows
from vaegis.evaluation.privacy.questions import QUESTIONS, Question


def _asked(name: str, question: Question) -> MetricSpec:
    return MetricSpec(
        definition=question.definition,
        unit=question.unit,
        direction=question.direction,
        reading=question.reading,
        compute=lambda case: question.ask(case.once(material)),
        tier="full",
        no_interval="it is itself the upper end of an interval" if name.endswith("_bound") else "",
    )


def rows_held(case: Case) -> Estimate:
    """Return the training rows that the bundle holds."""
    return Estimate.of(stored_rows(case.model), len(case.rows.train))


def names_held(case: Case) -> Estimate:
    """Return the rare names that the bundle holds."""
    return Estimate.of(rare_names(case.model), len(case.rows.train))


_COUNTED: Final = "it is counted in the bundle, nothing is estimated"

METRICS: Final[dict[str, MetricSpec]] = {
    **{f"privacy/{name}": _asked(name, question) for name, question in QUESTIONS.items()},
    "privacy/stored_rows": MetricSpec(
        definition="training rows that the bundle holds whole, for the detector to compare new rows with",
        unit="rows",
        direction="lower",
        reading="0: none; more: whoever has the bundle has these rows (score.mode: parametric or elbo stores none)",
        compute=rows_held,
        no_interval=_COUNTED,
    ),
    "privacy/rare_names": MetricSpec(
        definition="names of levels with fewer than eight training rows that the bundle holds in the clear",
        unit="names",
        direction="lower",
        reading="0: none; more: whoever has the bundle can read them",
        compute=names_held,
        no_interval=_COUNTED,
    ),
}
