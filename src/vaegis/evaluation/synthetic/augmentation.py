"""Whether generated rows of the rare class help a classifier that has few labels, beside repeating those it has."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.evaluation.detection.ranking import average_precision
from vaegis.evaluation.synthetic.trees import TreeInputs

FRACTIONS: Final = (0.01, 0.05, 0.2, 1.0)
"""Shares of the labels that are known."""
MIN_POSITIVES: Final = 4
"""Marked rows below which a classifier is not fitted."""
SHARE: Final = 0.25
"""Share of marked rows that the two ways of adding rows fill up to."""

Maker = Callable[[pd.DataFrame, int, int], pd.DataFrame]
"""Generated rows like those given (all marked), how many, by a seed."""


def augmentation_curve(
    make: Maker,
    train: pd.DataFrame,
    marked_N: np.ndarray,
    test: pd.DataFrame,
    marked_T: np.ndarray,
    columns: Sequence[ColumnSpec],
    seed: int = 0,
) -> pd.DataFrame:
    """Return one row a share of the labels: `labels`, `positives`, and the average precision of three ways.

    `nothing`: the labelled rows as they are; `oversampling`: marked rows repeated up to a quarter of the rows;
    `generated`: as many rows that `make` derives from the labelled marked rows alone. Scored on real test rows by
    boosted trees, average precision at the test's own prevalence; NaN where too few rows are marked.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(train))
    inputs = TreeInputs.fit(train, columns)
    x_TX = inputs.matrix(test)
    records = []
    for fraction in FRACTIONS:
        known = np.sort(order[: max(1, round(fraction * len(train)))])
        rows, marked = train.iloc[known], marked_N[known]
        record = {"labels": fraction, "rows": len(rows), "positives": int(marked.sum())}
        scores = dict.fromkeys(("nothing", "oversampling", "generated"), float("nan"))
        if MIN_POSITIVES <= marked.sum() <= len(rows) - MIN_POSITIVES and 0 < marked_T.sum() < len(test):
            extra = max(0, round(SHARE / (1.0 - SHARE) * float((~marked).sum())) - int(marked.sum()))
            found = rows[marked]
            ways = {
                "nothing": found.iloc[:0],
                "oversampling": found.iloc[random.integers(len(found), size=extra)],
                "generated": make(found, extra, seed) if extra else found.iloc[:0],
            }
            for name, added in ways.items():
                x_NX = np.concatenate([inputs.matrix(rows), inputs.matrix(added)])
                y_N = np.concatenate([marked, np.ones(len(added), dtype=bool)])
                score_T = inputs.classifier(seed).fit(x_NX, y_N).predict_proba(x_TX)[:, 1]
                scores[name] = average_precision(score_T[marked_T], score_T[~marked_T], prevalence=None)
        records.append({**record, **scores})
    return pd.DataFrame(records)
