"""What is a flow's own; density, draws and storage are tested for every prior in test_priors.py."""

import math
import sys

import pandas as pd
import pytest
import torch

import vaegis
from tests.unit.model.test_priors import make_latents
from vaegis.errors import ConfigError
from vaegis.model import flow as module
from vaegis.model.flow import FlowPrior, make_flow
from vaegis.model.priors import MixturePrior


def bent(num_rows: int) -> torch.Tensor:
    """A thin parabola, which takes many Gaussians to follow."""
    random = torch.Generator().manual_seed(0)
    x_N1 = torch.randn(num_rows, 1, generator=random)
    return torch.cat([x_N1, x_N1.square() + 0.02 * torch.randn(num_rows, 1, generator=random)], dim=1)


@pytest.fixture
def short(monkeypatch):
    """Take an eighth of the steps, where it is not asked how well the flow fits."""
    monkeypatch.setattr(module, "MIN_STEPS", 100)


def test_it_follows_what_gaussians_do_not():
    z_NK = bent(4_000)
    gauss, flow = (kind.fit(z_NK[:3_000], seed=0).log_prob_N(z_NK[3_000:]).mean() for kind in (MixturePrior, FlowPrior))
    best = -1.0 - math.log(2 * math.pi * 0.02)  # minus the entropy of both normals it is made of
    assert gauss + 0.3 < flow < best + 0.1


def test_the_same_rows_give_the_same_flow_and_leave_the_global_seed_alone(short):
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    first, again, other = (FlowPrior.fit(make_latents(300), seed) for seed in (0, 0, 1))
    assert torch.rand(1).equal(expected)
    z_NK = make_latents(20)
    assert first.log_prob_N(z_NK).equal(again.log_prob_N(z_NK))
    assert not first.log_prob_N(z_NK).equal(other.log_prob_N(z_NK))


def test_its_moments_are_those_of_its_rows():
    z_NK = make_latents()
    mean_K, covariance_KK = FlowPrior.fit(z_NK, seed=0).moments()
    torch.testing.assert_close(mean_K, z_NK.mean(0).double(), atol=0.1, rtol=0)
    torch.testing.assert_close(covariance_KK, torch.cov(z_NK.T).double(), atol=0.4, rtol=0)


@pytest.mark.parametrize("num_rows", [1, 2, 11])
def test_few_rows_and_one_dimension_do(num_rows):
    fitted = FlowPrior.fit(torch.linspace(-1, 1, num_rows).unsqueeze(1), seed=0)
    assert fitted.sample(5, torch.Generator().manual_seed(0)).isfinite().all()
    assert fitted.moments()[1].shape == (1, 1)


def test_without_its_library_it_is_one_line_before_training(monkeypatch):
    monkeypatch.setitem(sys.modules, "zuko", None)
    with pytest.raises(ConfigError, match=r"needs zuko, which is not installed.*vaegis\[flow\]"):
        make_flow(2, seed=0)


def test_a_model_with_a_flow_draws_and_comes_back(short, tmp_path):
    frame = pd.DataFrame({"a": bent(300)[:, 0].tolist(), "b": bent(300)[:, 1].tolist()})
    config = {
        "train": {"prior": "flow", "epochs": 2, "latent_dim": 2, "hidden": [8], "accelerator": "cpu"},
        "score": {"mode": "elbo"},
        "generator": {"kind": "none"},
    }
    model = vaegis.fit(frame, config)
    model.save(tmp_path / "bundle")
    again = vaegis.load(tmp_path / "bundle")
    assert model.sample(20, seed=3).equals(again.sample(20, seed=3))
    assert model.nll(frame, 8).equals(again.nll(frame, 8))
