"""Whether generated rows tell a column of a training row to somebody who knows all its others."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text
from vaegis.evaluation.bounds import Bounded, excess, share
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.privacy.material import Material
from vaegis.evaluation.privacy.membership import targets

TOLERANCE: Final = 0.05
"""Ranks apart within which a guessed amount counts as told."""
MOST_SECRETS: Final = 4
ASKED: Final = 2_000
"""Rows of each kind whose secrets are guessed, at most."""


def attribute_risk(material: Material) -> tuple[Bounded, pd.DataFrame]:
    """Return the largest excess of right guesses about members over those about fresh rows, and one row a secret.

    The attacker takes the secret of the nearest generated row by all other columns (Giomi et al. 2023, Anonymeter).
    What fresh rows give away as well follows from the population and is no leak; only the excess is. As the largest of
    several, it is above 0 by chance.

    Raises:
        NotComputable: no column is left to know another by.
    """
    chosen = secrets(material.train, material.columns)
    if not chosen:
        raise NotComputable("it takes two columns that vary: a secret, and one to know it by")
    records, excesses = [], []
    for secret in chosen:
        member, fresh = _right(material, secret)
        excesses.append(excess(member, fresh))
        found = {"members": member.value, "fresh": fresh.value, "excess": excesses[-1].value}
        records.append({"column": secret.name, **found, "low": excesses[-1].low, "high": excesses[-1].high})
    return max(excesses, key=lambda found: found.value), pd.DataFrame(records)


def secrets(frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> list[ColumnSpec]:
    """Return the columns to guess: evenly from those that vary."""
    varied = [column for column in columns if frame[column.name].nunique() > 1]
    if len(varied) < 2:
        return []
    return [varied[at] for at in np.unique(np.linspace(0, len(varied) - 1, MOST_SECRETS).round().astype(int))]


def _right(material: Material, secret: ColumnSpec) -> tuple[Bounded, Bounded]:
    made = material.drawn(material.made, material.most_searched, 10)
    space = material.space.without(secret.name)
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(space.points(made))
    shares = []
    for attacked in targets(material):
        rows = material.drawn(attacked, ASKED, 12)
        index_N = search.kneighbors(space.points(rows), return_distance=False)[:, 0]
        right_N = _told(rows[secret.name], made[secret.name].iloc[index_N], secret, material.train[secret.name])
        shares.append(share(int(right_N.sum()), len(rows)))
    return shares[0], shares[1]


def _told(truth: pd.Series, guess: pd.Series, secret: ColumnSpec, train: pd.Series) -> np.ndarray:
    if secret.is_discrete:
        return np.asarray(as_text(truth).fillna("").to_numpy() == as_text(guess).fillna("").to_numpy(), dtype=bool)
    known = np.sort(as_numbers(train.dropna()))  # amounts are told apart by rank
    truth_N, guess_N = as_numbers(truth), as_numbers(guess)
    low, high = (np.searchsorted(known, values, side="left") / len(known) for values in (truth_N, guess_N))
    missing_N, other_N = np.isnan(truth_N), np.isnan(guess_N)
    return np.asarray(np.where(missing_N | other_N, missing_N == other_N, np.abs(low - high) <= TOLERANCE))
