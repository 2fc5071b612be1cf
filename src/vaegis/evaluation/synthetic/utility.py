"""What a model is worth that is trained on generated rows and tested on real ones (Esteban et al. 2017)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text
from vaegis.evaluation.synthetic.answers import Amounts, Answers, Levels
from vaegis.evaluation.synthetic.trees import TreeInputs

MOST_CLASSES: Final = 10
MIN_ROWS: Final = 20
"""Real test rows, and rows of each class in them, below which no score means anything."""


def train_and_test(
    train: pd.DataFrame, test: pd.DataFrame, columns: Sequence[ColumnSpec], target: ColumnSpec, seed: int = 0
) -> float:
    """Return the score on `test` of boosted trees fitted on `train` to tell `target` from the other columns.

    Levels: the AUROC, of several classes the mean of one against the rest (a class that `train` never shows counts
    0.5). Amounts: R2. NaN where the target does not vary or rows are too few.
    """
    answers = ask_trees(train, test, columns, target, seed)
    return float("nan") if answers is None else answers.score()


def ask_trees(
    train: pd.DataFrame, test: pd.DataFrame, columns: Sequence[ColumnSpec], target: ColumnSpec, seed: int = 0
) -> Answers | None:
    """Return what such trees say of `test`; None where the target does not vary or rows are too few."""
    known_N = test[target.name].notna().to_numpy()
    train, test = train[train[target.name].notna()], test[known_N]
    others = [column for column in columns if column.name != target.name and train[column.name].notna().any()]
    if min(len(train), len(test)) < MIN_ROWS or not any(test[column.name].notna().any() for column in others):
        return None
    inputs = TreeInputs.fit(test, others)
    x_NX, x_TX = inputs.matrix(train), inputs.matrix(test)
    if not target.is_discrete:
        y_N, y_T = as_numbers(train[target.name]), as_numbers(test[target.name])
        if not np.ptp(y_T):
            return None
        return Amounts(known_N=known_N, truth_T=y_T, told_T=inputs.regressor(seed).fit(x_NX, y_N).predict(x_TX))
    level_T = as_text(test[target.name])
    counts = level_T.value_counts()
    wanted = [str(level) for level in counts.index[:MOST_CLASSES] if MIN_ROWS <= counts[level] <= len(test) - MIN_ROWS]
    if len(wanted) < 2:
        return None
    told = _tell(inputs, x_NX, as_text(train[target.name]), x_TX, wanted, seed)
    if len(wanted) == 2 and set(counts.index) == set(wanted):
        wanted = wanted[1:]
    return Levels(known_N=known_N, truth={level: (level_T == level).to_numpy() for level in wanted}, told=told)


def _tell(
    inputs: TreeInputs, x_NX: np.ndarray, y_N: pd.Series, x_TX: np.ndarray, wanted: list[str], seed: int
) -> dict[str, np.ndarray]:
    """Return the probability of each level, (T,); of none where training rows do not show two of them."""
    kept = y_N.isin(wanted).to_numpy()
    seen = y_N[kept]
    rare = seen.value_counts().min() < 2 if len(seen) else True  # stopping early holds rows of every class back
    if seen.nunique() < 2 or rare:
        return {}
    trees = inputs.classifier(seed).fit(x_NX[kept], seen)
    return dict(zip(trees.classes_, trees.predict_proba(x_TX).T, strict=True))


def targets(frame: pd.DataFrame, columns: Sequence[ColumnSpec], most: int) -> list[ColumnSpec]:
    """Return columns to predict: levels of two to ten classes first, then amounts, evenly from the order of columns."""
    varied = [column for column in columns if frame[column.name].nunique() > 1]
    levels = [c for c in varied if c.is_discrete and frame[c.name].nunique() <= MOST_CLASSES]
    amounts = [column for column in varied if not column.is_discrete]
    chosen = levels[: most // 2 if amounts else most]
    left = most - len(chosen)
    if len(amounts) > left:
        amounts = [amounts[at] for at in np.linspace(0, len(amounts) - 1, left).round().astype(int)]
    return [*chosen, *amounts]
