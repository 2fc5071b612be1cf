import itertools

import pytest
import torch

from vaegis.training.average import decay_at, fold_in


def test_decay_ramps_up_to_its_limit():
    decays = [decay_at(updates, 0.99) for updates in range(1, 2_000)]
    assert decays[0] < 0.2
    assert all(a <= b for a, b in itertools.pairwise(decays))
    assert decays[-1] == 0.99
    assert decay_at(5, 0.0) == 0.0


def test_fold_in_moves_every_tensor_in_place():
    averaged, current = [torch.zeros(2), torch.ones(1, 3)], [torch.ones(2), torch.full((1, 3), 5.0)]
    fold_in(averaged, current, 0.75)
    assert averaged[0].tolist() == [0.25, 0.25]
    assert averaged[1].tolist() == [[2.0, 2.0, 2.0]]
    assert current[0].tolist() == [1.0, 1.0]


def test_constant_weights_are_reached():
    averaged = [torch.full((1,), 100.0)]
    for updates in range(1, 200):
        fold_in(averaged, [torch.ones(1)], decay_at(updates, 0.999))
    assert averaged[0].item() == pytest.approx(1.0, abs=1e-3)
