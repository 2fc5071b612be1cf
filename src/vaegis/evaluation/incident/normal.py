"""What normal would have been: the fewest guilty columns whose change makes a row usual. X features."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.fitted.model import FittedModel

MOST: Final = 8
"""Guilty columns that are set free at once, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Normal:
    """A row after its guilty columns were given what the others make probable."""

    columns: tuple[str, ...]
    """What was changed, the guiltiest first; columns that were missing come last."""
    row: pd.DataFrame
    low: pd.Series
    high: pd.Series
    """95 % band of its numeric features, within the contract's bounds."""
    score: float
    pvalue: float


def find_normal(model: FittedModel, row: pd.DataFrame, contribution_X: pd.Series, rate: float) -> Normal:
    """Hide the guiltiest column, the two guiltiest, and so on; impute; take the first with a p-value above `rate`.

    If none is, the one with the lowest score. A row that is usual as it is has its guiltiest column imputed.
    """
    missing = [name for name in model.features if pd.isna(row[name].iloc[0])]
    ranked = [name for name in contribution_X.sort_values(ascending=False, kind="stable").index if name not in missing]
    guilty = [name for name in ranked if contribution_X[name] > 0.0][:MOST] or ranked[:1]
    guilty = guilty[: max(1, len(model.features) - len(missing) - 1)]
    tries = pd.concat([row] * len(guilty), ignore_index=True)
    for name in guilty:
        tries[name] = tries[name].astype(object if tries[name].dtype.kind in "iubO" else tries[name].dtype)
    for last, name in enumerate(guilty):
        tries.loc[last:, name] = np.nan if tries[name].dtype.kind == "f" else None
    filled = model.impute(tries)
    scores, pvalues = model.score(filled), model.pvalue(filled)
    usual = np.flatnonzero(pvalues.to_numpy() > rate)
    chosen = int(usual[0]) if len(usual) else int(scores.to_numpy().argmin())
    made = filled.iloc[[chosen]]
    low, high = (model.transform.bound(edge) for edge in model.predictive(made)[1:])
    return Normal(
        columns=(*guilty[: chosen + 1], *missing),
        row=made,
        low=low.iloc[0],
        high=high.iloc[0],
        score=float(scores.iloc[chosen]),
        pvalue=float(pvalues.iloc[chosen]),
    )
