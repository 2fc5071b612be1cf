"""Copies of training rows among generated ones, held against how often fresh rows are such copies by themselves."""

from typing import Final

import numpy as np

from vaegis.evaluation.bounds import Bounded, mean, share
from vaegis.evaluation.distance import nearest
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.keys import row_keys
from vaegis.evaluation.privacy.material import Material

NEAR: Final = 0.01
"""Quantile of the distances of fresh rows to their nearest training row below which a row is a near copy."""
SAME: Final = 1e-6
"""Distances come from matrix products: equal points may seem this far apart."""


def copy_shares(made_keys: np.ndarray, material: Material) -> tuple[Bounded, Bounded]:
    """Return the share of rows with these keys, and of all fresh rows, that are training rows to the last cell."""
    return _share_copied(made_keys, material), material.once(_fresh_copied)


def _fresh_copied(material: Material) -> Bounded:
    return _share_copied(row_keys(material.holdout, material.columns), material)


def _share_copied(keys_N: np.ndarray, material: Material) -> Bounded:
    return share(int(np.isin(keys_N, material.train_keys).sum()), len(keys_N))


def near_bar(material: Material) -> float:
    """Return the distance up to which a row is a near copy: of a hundred fresh rows that are no copies one is as near.

    Raises:
        NotComputable: every fresh row is a copy.
    """
    return float(np.quantile(_apart(material.fresh_to_train_N, "fresh"), NEAR, method="lower"))


def near_shares(made_to_train_N: np.ndarray, material: Material) -> tuple[Bounded, Bounded]:
    """Return the share of near copies among generated, and among fresh rows, copies left out: they are counted apart.

    Raises:
        NotComputable: every row of one kind is a copy.
    """
    bar = near_bar(material) + SAME
    rows = _apart(made_to_train_N, "generated"), _apart(material.fresh_to_train_N, "fresh")
    made, fresh = (share(int((distance_N <= bar).sum()), len(distance_N)) for distance_N in rows)
    return made, fresh


def _apart(distance_N: np.ndarray, what: str) -> np.ndarray:
    apart_N = distance_N[distance_N > SAME]
    if not len(apart_N):
        raise NotComputable(f"every {what} row that was looked at equals a training row")
    return apart_N


def closer_to_train(material: Material) -> Bounded:
    """Return the share of generated rows nearer to the training rows than to as many fresh ones, ties counting half.

    0.5 if the generator has copied nothing and both kinds are alike. Five copies in a hundred rows hardly move it.
    """
    size = min(len(material.holdout), len(material.train), material.most_searched)
    made_NW = material.space.points(material.made_asked)
    train_N, fresh_N = (
        nearest(made_NW, material.space.points(material.drawn(rows, size, 4)))[:, 0]
        for rows in (material.train, material.holdout)
    )
    return mean(np.where(np.abs(train_N - fresh_N) < SAME, 0.5, (train_N < fresh_N).astype(np.float64)))
