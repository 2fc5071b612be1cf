import itertools

import numpy as np
import pandas as pd
import pytest
import torch

from vaegis.config.generator import GeneratorConfig
from vaegis.contract import ColumnSpec
from vaegis.data.codec import TableCodec
from vaegis.data.coded import CodedBatch, without_latents
from vaegis.model.autoregressive import AutoregressiveNetwork

LEVELS = {"a": "xy", "b": "uvw", "c": "pq"}


@pytest.fixture(scope="module")
def codec() -> TableCodec:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({name: random.choice(list(levels), 500) for name, levels in LEVELS.items()})
    columns = [ColumnSpec(name=name, dtype="string", kind="category", role="feature") for name in LEVELS]
    return TableCodec.fit(columns, [frame])


def make(codec: TableCodec, num_latents: int = 0, **changes) -> AutoregressiveNetwork:
    torch.manual_seed(0)
    return AutoregressiveNetwork(codec, GeneratorConfig(width=8, **changes), num_latents)


def every_row(codec: TableCodec) -> torch.Tensor:
    return torch.tensor(list(itertools.product(*(range(count) for count in codec.num_levels))), dtype=torch.int16)


@pytest.mark.parametrize("num_latents", [0, 2])
def test_probabilities_of_all_rows_sum_to_one(codec, num_latents):
    network, rows = make(codec, num_latents), every_row(codec)
    latents = [None] + [torch.randn(1, num_latents).expand(len(rows), -1)] * bool(num_latents)
    for z_NK in latents:
        mass = network.log_prob_NX(rows, z_NK).detach().sum(1).double().exp().sum()
        assert float(mass) == pytest.approx(1.0, abs=1e-5)


def test_a_column_s_probability_depends_only_on_columns_before_it(codec):
    network = make(codec)
    row = torch.tensor([[1, 1, 1]], dtype=torch.int16)
    plain = network.log_prob_NX(row)
    for x in range(3):
        changed = row.clone()
        changed[0, x] = 2
        differs = network.log_prob_NX(changed).ne(plain)[0]
        assert not differs[:x].any()
        assert differs[x:].all()


def test_latents_matter_only_where_they_are_given(codec):
    network, rows = make(codec, 2), every_row(codec)
    at = [network.log_prob_NX(rows, torch.full((len(rows), 2), value)) for value in (0.0, 1.0)]
    assert not at[0].equal(at[1])
    assert not at[0].equal(network.log_prob_NX(rows))


def test_the_share_of_rows_without_latent_is_the_configured_one(codec):
    """Distortion of a row is that with its latent or that without."""
    network = make(codec, 2, latent_dropout=0.3)
    rows = every_row(codec).repeat(100, 1)
    mean = torch.ones(len(rows), 2)
    noise = torch.randn(len(rows), 3, generator=torch.Generator().manual_seed(0))
    terms = network.elbo(CodedBatch(rows, mean, torch.zeros_like(mean)), noise)
    blind = terms.distortion_N.isclose(-network.log_prob_NX(rows).sum(1), atol=1e-5)
    seeing = terms.distortion_N.isclose(-network.log_prob_NX(rows, mean).sum(1), atol=1e-5)
    assert (blind | seeing).all()
    assert float(blind.float().mean()) == pytest.approx(0.3, abs=0.03)
    assert terms.rate_N.eq(0).all()


@pytest.mark.parametrize("num_latents", [0, 2])
def test_loss_reaches_every_parameter(codec, num_latents):
    network, rows = make(codec, num_latents), every_row(codec)
    latents = torch.randn(len(rows), num_latents)
    noise = torch.randn(len(rows), network.latent_dim)
    network.elbo(CodedBatch(rows, latents, latents.exp()), noise).loss_N(1.0).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_rows_do_not_see_each_other(codec):
    network, batch = make(codec).eval(), without_latents(every_row(codec))
    noise = torch.randn(batch.num_rows, 1)
    alone = [network.elbo(batch.rows(n, n + 1), noise[n : n + 1]).elbo_N for n in range(batch.num_rows)]
    torch.testing.assert_close(network.elbo(batch, noise).elbo_N, torch.cat(alone))
