"""Learners on raw, latent and both columns, judged on the same later rows. N rows to learn from, M to judge."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from vaegis.evaluation.usefulness.tasks import Task

_TREES: Final[dict[str, Any]] = {
    "max_iter": 100,
    "learning_rate": 0.05,
    "max_leaf_nodes": 8,
    "l2_regularization": 10.0,
    "early_stopping": False,
}
"""Small trees, held back: with scikit-learn's defaults a hundred marked rows in 20,000 were learnt by heart."""
_PENALTIES: Final = (0.1, 1.0, 10.0, 100.0)

Learner = Callable[[int], Any]
"""Makes an unfitted scikit-learn model from a seed."""

LEARNERS: Final[dict[str, dict[str, Learner]]] = {
    "classification": {
        "trees": lambda seed: HistGradientBoostingClassifier(**_TREES, random_state=seed),
        "linear": lambda _: make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
    },
    "regression": {
        "trees": lambda seed: HistGradientBoostingRegressor(**_TREES, random_state=seed),
        "linear": lambda _: make_pipeline(StandardScaler(), RidgeCV(_PENALTIES)),
    },
}
"""Kind of task -> learner -> how it is made."""


def predict(
    task: Task,
    learner: str,
    fit: tuple[np.ndarray, np.ndarray],
    judge_MX: np.ndarray,
    seed: int,
) -> np.ndarray:
    """Return the learner's log-odds or amounts for the rows to judge, (M,), after learning from (columns, targets)."""
    model = LEARNERS[task.kind][learner](seed)
    with threadpool_limits(limits=1, user_api="openmp"):  # sums in one order
        model.fit(*fit)
        return np.asarray(
            model.decision_function(judge_MX) if task.kind == "classification" else model.predict(judge_MX)
        )


def target_N(task: Task, values: Any) -> np.ndarray:
    """Return the target as numbers, NaN where nobody knows: 1 and 0 of a label, amounts of a column."""
    numbers_N = np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    if task.kind == "regression":
        return numbers_N
    return np.where(np.isfinite(numbers_N), (numbers_N > 0).astype(np.float64), np.nan)
