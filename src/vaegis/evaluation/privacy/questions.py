"""Every figure of an audit: what it is, how to read it, and the function that answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vaegis.evaluation.bounds import Bounded, auroc, excess
from vaegis.evaluation.estimate import Estimate, NotComputable
from vaegis.evaluation.privacy import membership
from vaegis.evaluation.privacy.attributes import attribute_risk
from vaegis.evaluation.privacy.canaries import leak_power
from vaegis.evaluation.privacy.copies import closer_to_train, copy_shares, near_shares
from vaegis.evaluation.privacy.keys import row_keys
from vaegis.evaluation.privacy.limits import COPY_EXCESS
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.privacy.rare import outlier_attack, rare_levels
from vaegis.evaluation.synthetic.two_sample import two_sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One figure. `ask` may raise `NotComputable` with the reason."""

    definition: str
    reading: str
    ask: Callable[[Material], Estimate]
    direction: str = "lower"
    unit: str = "share"


def copied(material: Material) -> tuple[Bounded, Bounded]:
    """Return the shares of copies among generated and among fresh rows."""
    return copy_shares(row_keys(material.made, material.columns), material)


def copies_above(material: Material) -> Bounded:
    """Return the excess of copies."""
    return excess(*material.once(copied))


def near_copies_above(material: Material) -> Bounded:
    """Return the excess of near copies."""
    return excess(*near_shares(material.made_to_train_N, material))


def distance_attack(material: Material) -> membership.Attack:
    """Return the attack by distance."""
    return membership.judge_attack(*material.once(membership.by_distance))


def density_attack(material: Material) -> membership.Attack:
    """Return the attack by the ratio of densities."""
    return membership.judge_attack(*material.once(membership.by_density))


def likelihood_attack(material: Material) -> membership.Attack:
    """Return the attack by the model's own likelihood."""
    return membership.judge_attack(*material.once(membership.by_likelihood))


def shift(material: Material) -> Bounded:
    """Return how well trees tell fresh rows from training rows, no generated row needed."""
    train, fresh = (material.drawn(rows, material.sizes.asked, 13) for rows in (material.train, material.holdout))
    return two_sample(train, fresh, material.columns, material.seed)


def between_fresh(material: Material) -> Bounded:
    """Return the distance attack that takes rows for members which nobody trained on: what time or place alone does."""
    if material.others is None:
        raise NotComputable("there is one set of fresh rows, and it takes two")
    return auroc(membership.distances(material, material.others), material.once(membership.by_distance)[1])


def _value(ask: Callable[[Material], Bounded]) -> Callable[[Material], Estimate]:
    return lambda material: material.once(ask).estimate


def _bound(ask: Callable[[Material], Bounded]) -> Callable[[Material], Estimate]:
    return lambda material: material.once(ask).upper


def _auc(attack: Callable[[Material], membership.Attack]) -> Callable[[Material], Estimate]:
    return lambda material: material.once(attack).auc.estimate


def _tpr_bound(attack: Callable[[Material], membership.Attack]) -> Callable[[Material], Estimate]:
    return lambda material: material.once(attack).tpr.upper


_AUC: Final = "0.5 is chance, 1 finds every training row"
_TPR: Final = "0.01 is chance; above 0.1 some training rows are found for certain"

QUESTIONS: Final[dict[str, Question]] = {
    "copy_share": Question(
        definition="share of generated rows that equal a training row in every cell (amounts to seven digits)",
        reading="where a table has few distinct rows, fresh rows are copies as well: see copy_excess",
        direction="neutral",
        ask=lambda material: material.once(copied)[0].estimate,
    ),
    "copy_excess": Question(
        definition="copies among generated rows minus copies among fresh real rows",
        reading="0 or less: no more than chance; a generator that leaks one row in twenty adds 0.05",
        ask=_value(copies_above),
    ),
    "copy_excess_bound": Question(
        definition="upper bound (97.5 %) of copy_excess, exact shares combined by Newcombe's method",
        reading="up to 0.025: no leak of one row in twenty",
        ask=_bound(copies_above),
    ),
    "near_copy_excess": Question(
        definition="rows that are no copies, but as near to a training row as one such fresh row in a hundred is: their"
        " share among generated rows minus that among fresh ones",
        reading="0 or less: no more than chance",
        ask=_value(near_copies_above),
    ),
    "near_copy_excess_bound": Question(
        definition="upper bound (97.5 %) of near_copy_excess",
        reading="up to 0.025: no leak of one row in twenty, noise put on it",
        ask=_bound(near_copies_above),
    ),
    "closer_to_train": Question(
        definition="share of generated rows nearer to the training rows than to as many fresh real ones",
        reading="0.5 is best; some copies among many rows hardly move it",
        direction="neutral",
        ask=_value(closer_to_train),
    ),
    "membership_auc": Question(
        definition="chance that a training row lies nearer to the generated rows than a fresh row does (AUROC)",
        reading=_AUC,
        unit="",
        ask=_auc(distance_attack),
    ),
    "membership_auc_bound": Question(
        definition="upper bound (97.5 %) of membership_auc (DeLong)",
        reading=_AUC,
        unit="",
        ask=lambda material: material.once(distance_attack).auc.upper,
    ),
    "membership_tpr": Question(
        definition="share of training rows found by that distance while one fresh row in a hundred is taken for one",
        reading=_TPR,
        ask=lambda material: material.once(distance_attack).tpr.estimate,
    ),
    "membership_tpr_bound": Question(
        definition="upper bound (97.5 %, Clopper-Pearson) of membership_tpr",
        reading=_TPR,
        ask=_tpr_bound(distance_attack),
    ),
    "membership_control_auc": Question(
        definition="the same attack on fresh rows taken for members: what other times or places alone come to",
        reading="as far from 0.5 as membership_auc: the attack knows the time or place, not the row",
        direction="neutral",
        unit="",
        ask=_value(between_fresh),
    ),
    "holdout_shift": Question(
        definition="AUROC of boosted trees that tell fresh rows from training rows, no generated row needed",
        reading="0.5: drawn alike; above 0.6 an attack may know the time or place of a row, not the row",
        direction="neutral",
        unit="",
        ask=_value(shift),
    ),
    "density_attack_auc": Question(
        definition="AUROC of the attack by the ratio of densities of generated and real rows (DOMIAS, boosted trees)",
        reading=_AUC,
        unit="",
        ask=_auc(density_attack),
    ),
    "density_attack_tpr_bound": Question(
        definition="upper bound of the share of training rows it finds at one false positive in a hundred",
        reading=_TPR,
        ask=_tpr_bound(density_attack),
    ),
    "likelihood_attack_auc": Question(
        definition="AUROC of the attack by the model's own likelihood of each row, for whoever has the model",
        reading=_AUC,
        unit="",
        ask=_auc(likelihood_attack),
    ),
    "likelihood_attack_tpr_bound": Question(
        definition="upper bound of the share of training rows it finds at one false positive in a hundred",
        reading=_TPR,
        ask=_tpr_bound(likelihood_attack),
    ),
    "outlier_attack_auc": Question(
        definition="AUROC of the attack by distance on the 5 % of training rows farthest from all others",
        reading=f"{_AUC}; outliers have most to lose",
        unit="",
        ask=_auc(outlier_attack),
    ),
    "outlier_attack_tpr_bound": Question(
        definition="upper bound of the share of outlying training rows it finds at one false positive in a hundred",
        reading=_TPR,
        ask=_tpr_bound(outlier_attack),
    ),
    "attribute_excess": Question(
        definition="right guesses of a column from all others by the nearest generated row, about training rows minus"
        " about fresh ones; the worst of four columns",
        reading="0: what is told follows from the population; above 0.1 training rows are told more",
        ask=lambda material: material.once(attribute_risk)[0].estimate,
    ),
    "rare_level_excess": Question(
        definition="generated rows that bear a level of fewer than ten training rows, minus fresh rows that do",
        reading="0: rare levels are as rare as they are; below 0 they are left out",
        direction="neutral",
        ask=lambda material: material.once(rare_levels)[0].estimate,
    ),
    "leak_power": Question(
        definition="share of 20 trials in which 5 % training rows among the generated ones break the limit of"
        " copy_excess_bound",
        reading="1: the audit would see such a leak; less: underpowered, take more rows",
        direction="higher",
        ask=lambda material: leak_power(material, COPY_EXCESS).estimate,
    ),
    "near_leak_power": Question(
        definition="the same for near_copy_excess_bound, with noise of 1 % of a standard deviation on leaked amounts",
        reading="1: the audit would see such a leak; less: underpowered, take more rows",
        direction="higher",
        ask=lambda material: leak_power(material, COPY_EXCESS, nearly=True).estimate,
    ),
}
"""By the name of the metric in topic `privacy`."""
