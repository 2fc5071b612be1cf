"""Would the audit notice? Training rows are put among the generated ones, and the limits must break."""

import numpy as np
import pandas as pd

from vaegis.evaluation.bounds import Bounded, excess, share
from vaegis.evaluation.distance import nearest
from vaegis.evaluation.privacy.copies import copy_shares, near_shares
from vaegis.evaluation.privacy.keys import row_keys
from vaegis.evaluation.privacy.material import Material

LEAKED = 0.05
"""Share of the generated rows that is replaced."""
TRIALS = 20
NOISE = 0.01
"""Spread of the noise on the amounts of rows that are leaked nearly, in standard deviations of the column."""


def leak_power(material: Material, limit: float, *, nearly: bool = False) -> Bounded:
    """Return the share of trials in which the excess of copies among the spoilt rows is above the limit.

    Args:
        material: the rows of the audit.
        limit: what the upper bound of the excess may come to.
        nearly: put noise on the leaked rows, and look at near copies.
    """
    random = np.random.default_rng((material.seed, 3))
    test = _nearly if nearly else _verbatim
    caught = sum(test(material, random).high > limit for _ in range(TRIALS))
    return share(caught, TRIALS)


def _verbatim(material: Material, random: np.random.Generator) -> Bounded:
    leaked, where = _leak(material, random)
    keys_N = material.once(_asked_keys).copy()
    keys_N[where] = row_keys(leaked, material.columns)
    return excess(*copy_shares(keys_N, material))


def _asked_keys(material: Material) -> np.ndarray:
    return row_keys(material.made_asked, material.columns)


def _nearly(material: Material, random: np.random.Generator) -> Bounded:
    leaked, where = _leak(material, random)
    distance_N = material.made_to_train_N.copy()
    distance_N[where] = nearest(material.space.points(_shaken(leaked, material, random)), material.searched_MW)[:, 0]
    return excess(*near_shares(distance_N, material))


def _leak(material: Material, random: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Return training rows, and the places of the generated rows that they replace."""
    num_rows = len(material.made_asked)
    where = np.sort(random.choice(num_rows, max(1, round(LEAKED * num_rows)), replace=False))
    return material.train.iloc[random.choice(len(material.train), len(where))], where


def _shaken(leaked: pd.DataFrame, material: Material, random: np.random.Generator) -> pd.DataFrame:
    amounts = [c.name for c in material.columns if not c.is_discrete and c.dtype != "timestamp"]
    spread = material.train[amounts].astype("float64").std(ddof=0)
    noise = NOISE * spread.to_numpy() * random.standard_normal((len(leaked), len(amounts)))
    return leaked.assign(**(leaked[amounts].astype("float64") + noise).to_dict("series"))
