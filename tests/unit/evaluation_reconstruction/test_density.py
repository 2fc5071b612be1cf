"""Known answers: tests/statistical/test_density.py."""

import numpy as np
import pytest
import torch

from vaegis.evaluation.reconstruction.density import MANY, importance_bounds, refine_rows


@pytest.fixture(scope="module")
def batch(models, rows):
    return models[0].transform.encode(rows.test.head(60))


def test_the_same_seed_gives_the_same_bounds(models, batch):
    first, second = (importance_bounds(models[0].network, batch, seed=3) for _ in range(2))
    assert np.array_equal(first.many_N, second.many_N)
    assert ((first.effective_N >= 1) & (first.effective_N <= MANY + 1e-6)).all()
    assert np.mean(first.few_N) >= np.mean(first.many_N)


def test_the_best_posterior_is_not_worse_than_the_encoders(models, batch):
    found = refine_rows(models[0].network, batch, seed=0)
    assert found.best_N.mean() > found.encoder_N.mean() - 0.05
    assert len(found.evidence_N) == batch.num_rows


def test_a_twin_is_refused(models, batch):
    with pytest.raises(TypeError, match="posterior is a point"):
        importance_bounds(models[1].network, batch, seed=0)
    with pytest.raises(TypeError, match="posterior is a point"):
        refine_rows(models[1].network, batch, seed=0)


def test_weights_are_not_kept_for_gradients(models, batch):
    assert torch.is_grad_enabled()
    refine_rows(models[0].network, batch.take(torch.arange(5)), seed=0)
    assert all(parameter.grad is None for parameter in models[0].network.parameters())
