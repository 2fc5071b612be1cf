"""Attacks that guess from generated rows whether a row was trained on. N rows.

A score is the attacker's belief, higher for members. An attack that works on a few rows only is as bad as one that
works on all, so beside the AUC stands the share of members that are found while one fresh row in a hundred is taken
for a member (Carlini et al. 2022).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bounds import Bounded, auroc, share
from vaegis.evaluation.distance import nearest
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.synthetic.trees import TreeInputs

FALSE_POSITIVES: Final = 0.01


@dataclass(frozen=True, slots=True)
class Attack:
    """What an attack comes to."""

    auc: Bounded
    tpr: Bounded
    """Share of members found at one false positive in a hundred, with exact bounds."""


def by_distance(material: Material) -> tuple[np.ndarray, np.ndarray]:
    """Believe the more, the nearer a generated row lies."""
    members, fresh = targets(material)
    return distances(material, members), distances(material, fresh)


def distances(material: Material, rows: pd.DataFrame) -> np.ndarray:
    """Return minus the distance of each row (of at most `sizes.asked`) to its nearest generated row."""
    made_MW = material.space.points(material.drawn(material.made, material.most_searched, 5))
    return -nearest(material.space.points(material.drawn(rows, material.sizes.asked, 11)), made_MW)[:, 0]


def by_density(material: Material) -> tuple[np.ndarray, np.ndarray]:
    """Believe what is more frequent among generated rows than among real ones (van Breugel et al. 2023, DOMIAS).

    The ratio of densities is that of boosted trees which tell generated rows from real ones that nobody trained on.
    """
    known = material.drawn(material.halves[1], material.sizes.asked, 6)
    made = material.drawn(material.made, len(known), 7)
    inputs = TreeInputs.fit(known, material.columns)
    x_NX = np.concatenate([inputs.matrix(made), inputs.matrix(known)])
    trees = inputs.classifier(material.seed).fit(x_NX, np.repeat([True, False], [len(made), len(known)]))
    member_N, fresh_N = (trees.predict_proba(inputs.matrix(rows))[:, 1] for rows in targets(material))
    return member_N, fresh_N


def by_likelihood(material: Material) -> tuple[np.ndarray, np.ndarray]:
    """Believe what the model itself holds probable: the evidence lower bound of each row.

    Raises:
        NotComputable: no model is at hand.
    """
    if material.score is None:
        raise NotComputable("no model is at hand, only rows")
    member_N, fresh_N = (np.asarray(material.score(rows)) for rows in targets(material))
    return member_N, fresh_N


def targets(material: Material) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return members and fresh rows that are attacked, as many of each as there may be."""
    members = material.drawn(material.train, material.sizes.asked, 8)
    return members, material.drawn(material.halves[0], material.sizes.asked, 9)


def judge_attack(member_N: np.ndarray, fresh_N: np.ndarray) -> Attack:
    """Return AUC and the share of members above the score that one fresh row in a hundred exceeds.

    Raises:
        NotComputable: too few fresh rows to know that score.
    """
    if len(fresh_N) < 1.0 / FALSE_POSITIVES:
        raise NotComputable(f"{len(fresh_N)} fresh rows do not tell what one in a hundred exceeds")
    bar = np.quantile(fresh_N, 1.0 - FALSE_POSITIVES, method="higher")
    return Attack(auroc(member_N, fresh_N), share(int((member_N > bar).sum()), len(member_N)))
