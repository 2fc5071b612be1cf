"""Whether boosted trees can tell generated rows from real ones (Lopez-Paz and Oquab 2017)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.evaluation.bounds import Bounded, auroc
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.synthetic.trees import TreeInputs

MIN_ROWS: Final = 100
"""Rows of each kind below which trees learn nothing that could be told from chance."""


def two_sample(real: pd.DataFrame, made: pd.DataFrame, columns: Sequence[ColumnSpec], seed: int = 0) -> Bounded:
    """Return the AUROC on rows that the trees have not seen: 0.5, cannot be told apart; 1, can always be.

    Half of as many rows of each kind teach, the other half judges.

    Raises:
        NotComputable: too few rows.
    """
    size = min(len(real), len(made))
    if size < MIN_ROWS:
        raise NotComputable(f"{size} rows of each kind teach trees nothing; it takes {MIN_ROWS}")
    inputs, random = TreeInputs.fit(real, columns), np.random.default_rng(seed)
    chosen = [frame.iloc[np.sort(random.choice(len(frame), size, replace=False))] for frame in (real, made)]
    x_NX = np.concatenate([inputs.matrix(frame) for frame in chosen])
    is_made = np.repeat([False, True], size)
    order = random.permutation(2 * size)
    learn, judge = order[:size], order[size:]
    trees = inputs.classifier(seed).fit(x_NX[learn], is_made[learn])
    score = trees.predict_proba(x_NX[judge])[:, 1]
    return auroc(score[is_made[judge]], score[~is_made[judge]])
