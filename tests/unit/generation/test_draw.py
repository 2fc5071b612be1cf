from itertools import islice

import numpy as np
import pytest
import torch

from vaegis.generation.draw import BLOCK_ROWS, Drawer, pick


@pytest.fixture(scope="module")
def drawer(generator):
    return Drawer(generator.codec, generator.network)


def test_levels_without_mass_are_never_picked():
    mass = torch.tensor([[0.0, 0.5, 0.0, 0.5, 0.0]])
    for uniform in (0.0, 0.25, 0.5, 1.0 - 2**-24):
        assert int(pick(mass, torch.tensor([uniform]))) in (1, 3)
    only = torch.tensor([[0.0, 3e-8, 0.0]])
    assert [int(pick(only, torch.tensor([uniform]))) for uniform in (0.0, 1.0 - 2**-24)] == [1, 1]


def test_levels_are_picked_in_proportion_to_their_mass():
    uniform = torch.rand(50_000, generator=torch.Generator().manual_seed(0))
    share = np.bincount(pick(torch.tensor([1.0, 0.0, 3.0]).expand(50_000, 3), uniform)) / 50_000
    assert share.tolist() == pytest.approx([0.25, 0.0, 0.75], abs=0.01)


def test_codes_are_levels_that_training_saw(drawer, generator):
    codes = next(drawer.blocks(0)).codes_NX
    for x, code in enumerate(generator.codec.codes):
        assert (code.mass_L[codes[:, x]] > 0).all()


def test_a_shorter_table_is_the_beginning_of_a_longer_one(drawer):
    long = np.concatenate([block.codes_NX for block in drawer.rows(2 * BLOCK_ROWS + 5, 7)])
    short = np.concatenate([block.codes_NX for block in drawer.rows(BLOCK_ROWS + 3, 7)])
    assert (long[: len(short)] == short).all()
    endless = np.concatenate([block.codes_NX for block in islice(drawer.blocks(7), 2)])
    assert (endless[: len(short)] == short).all()


def test_fixed_columns_are_put_and_weighed(drawer, generator):
    fixed = torch.arange(BLOCK_ROWS + 10) % 2 + 1
    blocks = list(drawer.rows(BLOCK_ROWS + 10, 0, fixed={3: fixed}))
    codes = np.concatenate([block.codes_NX for block in blocks])
    assert (codes[:, 3] == fixed.numpy()).all()
    with torch.no_grad():
        expected = generator.network.log_prob_NX(torch.from_numpy(codes))[:, 3].numpy()
    weighed = np.concatenate([block.log_prob_N for block in blocks])
    assert weighed == pytest.approx(expected, abs=1e-4)
