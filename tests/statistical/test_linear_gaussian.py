"""A linear-Gaussian model has a known evidence (Tipping & Bishop 1999, eq. 4): the network must reach it, not pass it.

N rows, D columns, K latents.
"""

import math

import pytest
import torch
from torch import nn

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.likelihoods import Layout
from vaegis.model.vae import VAE, make_network
from vaegis.training.fit import fit_network
from vaegis.training.sink import NullSink

D, K, SIGMA = 6, 2, 0.4
LAYOUT = Layout(("gaussian",) * D, (), ())
LOADINGS = torch.randn(D, K, generator=torch.Generator().manual_seed(4))


def draw(num_rows: int, seed: int) -> TableBatch:
    random = torch.Generator().manual_seed(seed)
    z_NK = torch.randn(num_rows, K, generator=random)
    x_ND = z_NK @ LOADINGS.T + SIGMA * torch.randn(num_rows, D, generator=random)
    return TableBatch(x_ND, torch.zeros(num_rows, 0, dtype=torch.long), torch.ones(num_rows, D))


def evidence_N(batch: TableBatch) -> torch.Tensor:
    covariance = LOADINGS @ LOADINGS.T + SIGMA**2 * torch.eye(D)
    return torch.distributions.MultivariateNormal(torch.zeros(D), covariance).log_prob(batch.values_ND)


def linear_network(latent_dim: int = K) -> VAE:
    """Return the project's model with linear maps for networks: what is tested is objective and bound."""
    network = make_network(LAYOUT, TrainConfig(latent_dim=latent_dim, hidden=[D], min_sigma=1e-3))
    network.read_values = nn.Linear(2 * D, D)
    network.encoder = nn.Identity()
    network.decoder = nn.Linear(latent_dim, 2 * D)
    return network


@pytest.fixture
def exact() -> VAE:
    """Return the linear network with the true decoder and its exact posterior."""
    network = linear_network()
    precision = torch.eye(K) + LOADINGS.T @ LOADINGS / SIGMA**2
    # Rotate the latents until the posterior's covariance is diagonal, which is all the encoder can say.
    values, rotation = torch.linalg.eigh(precision)
    loadings = LOADINGS @ rotation
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.read_values.weight[:, :D] = torch.eye(D)
        network.to_latent.weight[:K] = (loadings / values).T / SIGMA**2
        network.to_latent.bias[K:] = -values.log()
        network.decoder.weight[:D] = loadings
        network.decoder.bias[D:] = math.log(math.expm1(SIGMA - 1e-3))
    return network


@pytest.mark.parametrize("num_samples", [1, 7])
def test_with_the_exact_posterior_every_importance_weight_is_the_evidence(exact, num_samples):
    batch = draw(200, seed=1)
    with torch.no_grad():
        bound_N = exact.evidence_N(batch, num_samples, torch.Generator().manual_seed(0))
    torch.testing.assert_close(bound_N, evidence_N(batch), rtol=1e-4, atol=1e-3)


def test_with_the_exact_posterior_the_elbo_is_the_evidence_on_average(exact):
    batch = draw(20_000, seed=2)
    with torch.no_grad():
        elbo_N = exact.elbo(batch, torch.randn(20_000, K, generator=torch.Generator().manual_seed(0))).elbo_N
    error = (elbo_N - evidence_N(batch)).std() / 20_000**0.5
    assert (elbo_N - evidence_N(batch)).mean().abs() < 4 * error


def test_a_linear_network_trained_from_scratch_reaches_the_evidence():
    torch.manual_seed(0)
    network, train, held_out = linear_network(), draw(20_000, seed=3), draw(5_000, seed=5)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 1_200)
    for _ in range(1_200):
        batch = train.take(torch.randint(20_000, (256,)))
        loss = network.elbo(batch, torch.randn(256, K)).loss_N(1.0).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        bound = network.evidence_N(held_out, 64, torch.Generator().manual_seed(0)).mean().item()
        elbo = network.elbo(held_out, torch.randn(5_000, K)).elbo_N.mean().item()
    truth = evidence_N(held_out).mean().item()
    assert bound == pytest.approx(truth, abs=0.03)
    assert truth - 0.1 < elbo < truth + 0.03


@pytest.mark.slow
def test_the_default_network_and_training_come_close_and_do_not_pass(tmp_path):
    train, validation, held_out = draw(8_000, seed=6), draw(1_000, seed=7), draw(4_000, seed=8)
    config = TrainConfig(
        latent_dim=K, hidden=[64, 32], epochs=50, batch_rows=256, patience=99, learning_rate=5e-3, accelerator="cpu"
    )
    fit = fit_network(train, validation, lambda: make_network(LAYOUT, config), config, folder=tmp_path, sink=NullSink())
    with torch.no_grad():
        bound = fit.network.evidence_N(held_out, 64, torch.Generator().manual_seed(0)).mean().item()
    truth = evidence_N(held_out).mean().item()
    assert truth - 0.05 < bound < truth + 0.02
