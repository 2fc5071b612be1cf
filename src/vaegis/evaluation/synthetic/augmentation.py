"""Whether generated rows of the rare class help a classifier that has few labels, beside repeating those it has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.detection.ranking import average_precision
from vaegis.evaluation.detection.resampled import resample_ranking
from vaegis.evaluation.synthetic.trees import TreeInputs

FRACTIONS: Final = (0.01, 0.05, 0.2, 1.0)
"""Shares of the labels that are known."""
MIN_POSITIVES: Final = 4
"""Marked rows below which a classifier is not fitted."""
SHARE: Final = 0.25
"""Share of marked rows that the two ways of adding rows fill up to."""
OTHERS: Final = ("nothing", "oversampling")
"""Ways that need no model."""
WAYS: Final = (*OTHERS, "generated")

Maker = Callable[[pd.DataFrame, int, int], pd.DataFrame]
"""Generated rows like those given (all marked), how many, by a seed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What classifiers that know a share of the labels say of test rows."""

    labels: float
    rows: int
    positives: int
    marked_T: np.ndarray
    """Which test rows are marked."""
    told: dict[str, np.ndarray]
    """By way of adding rows: the score of each test row; empty where too few rows are marked."""

    def precision(self, way: str) -> float:
        """Return the average precision at the test's own prevalence; NaN where nothing was told."""
        return average_precision(*self._sides(way), prevalence=None) if way in self.told else float("nan")

    def resample(self, way: str, draws: Bootstrap) -> np.ndarray:
        """Return the same with blocks of test rows drawn again, (R,); the classifiers stay as fitted."""
        order = np.argsort(~self.marked_T, kind="stable")  # marked rows first
        return resample_ranking(*self._sides(way), draws.among(order), prevalence=None).ap_R

    def _sides(self, way: str) -> tuple[np.ndarray, np.ndarray]:
        return self.told[way][self.marked_T], self.told[way][~self.marked_T]


def augmentation_table(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return one row a trial: `labels`, `rows`, `positives`, and the average precision of each way."""
    about = [{"labels": trial.labels, "rows": trial.rows, "positives": trial.positives} for trial in trials]
    return pd.DataFrame(about).assign(**{way: [trial.precision(way) for trial in trials] for way in WAYS})


def augmentation_trials(
    make: Maker,
    train: pd.DataFrame,
    marked_N: np.ndarray,
    test: pd.DataFrame,
    marked_T: np.ndarray,
    columns: Sequence[ColumnSpec],
    seed: int = 0,
) -> list[Trial]:
    """Return one trial a share of the labels, each in three ways.

    `nothing`: the labelled rows as they are; `oversampling`: marked rows repeated up to a quarter of the rows;
    `generated`: as many rows that `make` derives from the labelled marked rows alone. Boosted trees score real
    test rows.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(train))
    inputs = TreeInputs.fit(train, columns)
    x_TX = inputs.matrix(test)
    trials = []
    for fraction in FRACTIONS:
        known = np.sort(order[: max(1, round(fraction * len(train)))])
        rows, marked = train.iloc[known], marked_N[known]
        told = {}
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
                told[name] = inputs.classifier(seed).fit(x_NX, y_N).predict_proba(x_TX)[:, 1]
        positives = int(marked.sum())
        trials.append(Trial(labels=fraction, rows=len(rows), positives=positives, marked_T=marked_T, told=told))
    return trials
