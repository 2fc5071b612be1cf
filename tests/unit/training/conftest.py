"""Rows and a configuration small enough to train in a second."""

import pytest
import torch

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.likelihoods import Layout


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout(("gaussian",) * 3, ("categorical",), (3,))


@pytest.fixture(scope="session")
def rows() -> TableBatch:
    random = torch.Generator().manual_seed(0)
    cause = torch.randn(600, 1, generator=random)
    values = cause @ torch.tensor([[1.0, -1.0, 0.5]]) + 0.3 * torch.randn(600, 3, generator=random)
    codes = 1 + (cause > 0).long() + (cause > 1).long()
    return TableBatch(values, codes, torch.ones(600, 4))


@pytest.fixture
def config() -> TrainConfig:
    return TrainConfig(
        latent_dim=2, hidden=[16, 8], epochs=6, batch_rows=64, interval_steps=4, accelerator="cpu", devices="1"
    )
