import numpy as np
import pandas as pd
import pytest

from vaegis.evaluation.detection.ranking import auroc
from vaegis.evaluation.usefulness.contest import LEARNERS, predict, target_N
from vaegis.evaluation.usefulness.tasks import Task

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2000, 3))
LABEL = Task(target="a", kind="classification")
AMOUNT = Task(target="a", kind="regression")


@pytest.mark.parametrize("learner", LEARNERS["classification"])
def test_a_label_is_learnt_and_a_coin_is_not(learner):
    y = (X[:, 0] + 0.3 * RNG.normal(size=2000) > 0).astype(float)
    told = predict(LABEL, learner, (X[:1000], y[:1000]), X[1000:], seed=0)
    assert auroc(told[y[1000:] > 0], told[y[1000:] == 0]) > 0.95
    coin = RNG.integers(0, 2, 2000).astype(float)
    told = predict(LABEL, learner, (X[:1000], coin[:1000]), X[1000:], seed=0)
    assert auroc(told[coin[1000:] > 0], told[coin[1000:] == 0]) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize(("learner", "error"), [("trees", 0.6), ("linear", 2.0)])
def test_only_trees_learn_a_curve(learner, error):
    y = 3 * np.abs(X[:, 1])
    told = predict(AMOUNT, learner, (X[:1000], y[:1000]), X[1000:], seed=0)
    rmse = np.sqrt(np.mean((told - y[1000:]) ** 2))
    assert rmse < error
    assert learner == "trees" or rmse > 1.0


@pytest.mark.parametrize("kind", LEARNERS)
def test_the_same_seed_learns_the_same(kind):
    task, y = Task(target="a", kind=kind), (X[:, 0] > 0).astype(float)
    for learner in LEARNERS[kind]:
        first, second = (predict(task, learner, (X[:500], y[:500]), X[500:600], seed=1) for _ in range(2))
        assert np.array_equal(first, second)


def test_targets_are_numbers_or_nothing():
    values = pd.Series([True, False, None], dtype="boolean")
    assert np.array_equal(target_N(LABEL, values), [1.0, 0.0, np.nan], equal_nan=True)
    assert np.array_equal(target_N(AMOUNT, pd.Series([3.5, None])), [3.5, np.nan], equal_nan=True)
    assert np.array_equal(target_N(LABEL, pd.Series([2.0, 0.0])), [1.0, 0.0]), "whatever marks, marks"
