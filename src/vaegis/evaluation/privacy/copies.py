"""Copies of training rows among generated ones, held against how often fresh rows are such copies by themselves."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.bounds import Bounded, mean, share
from vaegis.evaluation.distance import nearest
from vaegis.evaluation.privacy.keys import row_keys
from vaegis.evaluation.privacy.material import Material

NEAR: Final = 0.01
"""Quantile of the distances of fresh rows to their nearest training row below which a row is a near copy."""


def copy_shares(made: pd.DataFrame, material: Material) -> tuple[Bounded, Bounded]:
    """Return the share of generated, and of fresh rows, that are training rows to the last cell; of all rows."""
    known = material.train_keys
    found = [np.isin(row_keys(rows, material.columns), known) for rows in (made, material.holdout)]
    here, there = (share(int(copied.sum()), len(copied)) for copied in found)
    return here, there


def near_bar(material: Material) -> float:
    """Return the distance up to which a row is a near copy: one fresh row in a hundred is as near, or more if tied."""
    return float(np.quantile(material.fresh_to_train_N, NEAR, method="lower"))


def near_shares(made_to_train_N: np.ndarray, material: Material) -> tuple[Bounded, Bounded]:
    """Return the share of generated, and of fresh rows, that are near copies."""
    bar = near_bar(material) + 1e-7  # equal points may seem a rounding apart
    made, fresh = (distance <= bar for distance in (made_to_train_N, material.fresh_to_train_N))
    return share(int(made.sum()), len(made)), share(int(fresh.sum()), len(fresh))


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
    return mean(np.where(np.abs(train_N - fresh_N) < 1e-7, 0.5, (train_N < fresh_N).astype(np.float64)))
