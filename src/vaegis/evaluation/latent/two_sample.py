"""Whether a classifier can tell two samples of latents apart. N rows of the first, M of the second, K latents."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

ROUNDS = 60
"""Trees: what 20,000 rows of some latents can teach."""


def told_apart(
    fit: tuple[np.ndarray, np.ndarray], judge: tuple[np.ndarray, np.ndarray], seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores of the two samples to judge, (N,) and (M,), by boosted trees that learned from the other two.

    Higher: more like the first. Their AUROC is .5 for one law (Lopez-Paz & Oquab 2017).
    """
    first_NK, second_MK = fit
    trees = HistGradientBoostingClassifier(max_iter=ROUNDS, early_stopping=False, random_state=seed)
    is_first = np.repeat([1, 0], [len(first_NK), len(second_MK)])
    with threadpool_limits(limits=1, user_api="openmp"):  # sums in one order
        trees.fit(np.concatenate([first_NK, second_MK]), is_first)
        first, second = (trees.decision_function(sample) for sample in judge)
    return np.asarray(first), np.asarray(second)
