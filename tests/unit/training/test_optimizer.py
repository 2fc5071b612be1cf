import itertools

import pytest
import torch
from torch import nn

from vaegis.config.train import TrainConfig
from vaegis.training.optimizer import RISE, learning_rate_factor, make_optimizer


def test_rises_peaks_and_falls_towards_zero():
    factors = [learning_rate_factor(step, 200) for step in range(200)]
    peak = int(RISE * 200)
    assert factors[0] == pytest.approx(1 / peak)
    assert max(factors) == factors[peak - 1] == 1.0
    assert all(a < b for a, b in itertools.pairwise(factors[:peak]))
    assert all(a > b for a, b in zip(factors[peak:], factors[peak + 1 :], strict=False))
    assert 0.0 < factors[-1] < 0.001
    assert learning_rate_factor(10_000, 200) == pytest.approx(0.0)


@pytest.mark.parametrize("planned", [1, 2, 3])
def test_shortest_trainings_still_move(planned):
    assert all(learning_rate_factor(step, planned) > 0 for step in range(planned))


def test_only_matrices_decay():
    network = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Embedding(5, 2))
    optimizer = make_optimizer(network, TrainConfig(weight_decay=0.5, learning_rate=0.1))
    decays = {id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    assert {decays[id(p)] for p in network.parameters() if p.ndim > 1} == {0.5}
    assert {decays[id(p)] for p in network.parameters() if p.ndim <= 1} == {0.0}
    assert len(decays) == len(list(network.parameters()))


def test_the_rate_is_that_of_every_group():
    optimizer = make_optimizer(nn.Linear(3, 4), TrainConfig(weight_decay=0.0))
    optimizer.set_rate(0.25)
    (weight, *_), before = optimizer.param_groups[0]["params"], [p for g in optimizer.param_groups for p in g["params"]]
    before = [parameter.detach().clone() for parameter in before]
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    after = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for old, new in zip(before, after, strict=True):
        torch.testing.assert_close(old - new, torch.full_like(old, 0.25), rtol=1e-4, atol=1e-4)
    assert weight.shape == (4, 3)
