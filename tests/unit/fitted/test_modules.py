from copy import deepcopy

import pytest
import torch
from torch import nn

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.errors import ConfigError
from vaegis.fitted.modules import Decoder, Encoder
from vaegis.likelihoods import CONDITION, ColumnFacts, Layout
from vaegis.model.vae import make_network


def test_halves_give_what_the_model_gives(fitted_machines, make_machines):
    frame = make_machines(10, seed=3)
    batch = fitted_machines.transform.encode(frame)
    mean_NK = fitted_machines.encoder(batch.values_ND, batch.codes_NC, batch.observed_NX)
    torch.testing.assert_close(mean_NK.detach().numpy(), fitted_machines.posterior(frame)[0])
    mean_ND, _ = fitted_machines.standardised_predictive(frame)
    torch.testing.assert_close(fitted_machines.decoder(mean_NK).detach().numpy(), mean_ND)


LAYOUTS = {
    "learnt spreads": Layout(("student_t", "gaussian_fixed"), ("categorical",), (3,)),
    "conditions": Layout(("gaussian", CONDITION), ("categorical", CONDITION), (3, 2)),
    "every kind": Layout(
        ("gaussian", "student_t", "spike", "circular", "poisson", "negative_binomial", "gaussian"),
        ("categorical", "bernoulli", "ordinal"),
        (3, 2, 4),
        (
            ColumnFacts(),
            ColumnFacts(),
            ColumnFacts(points=(-0.5, 0.25)),
            ColumnFacts(cycles=((1.0, 0.0),), wraps=True),
            ColumnFacts(center=3.0, scale=2.0),
            ColumnFacts(center=40.0, scale=30.0),
            ColumnFacts(cycles=((2.0, 0.5), (9.0, 0.1))),
        ),
    ),
    "levels alone": Layout((), ("categorical", "bernoulli"), (3, 2)),
}
CONFIG = TrainConfig(latent_dim=2, hidden=[8])


def rows_of(layout, num_rows=5):
    num_numeric, num_discrete = len(layout.numeric), len(layout.discrete)
    codes_NC = torch.ones(num_rows, num_discrete, dtype=torch.long)
    return TableBatch(torch.randn(num_rows, num_numeric), codes_NC, torch.ones(num_rows, num_numeric + num_discrete))


def tensors_of(batch):
    return batch.values_ND, batch.codes_NC, batch.observed_NX


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_each_half_holds_its_own_weights_only(layout):
    network = make_network(layout, CONFIG)
    halves = [{id(weight) for weight in half.parameters()} for half in (Encoder(network), Decoder(network))]
    assert halves[0] | halves[1] == {id(weight) for weight in network.parameters()}
    assert not halves[0] & halves[1]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_halves_go_to_another_device_and_another_precision_whole(layout):
    network, batch = make_network(layout, CONFIG), rows_of(layout)
    encoder, decoder = Encoder(network), Decoder(network)
    z_NK = encoder(*tensors_of(batch))
    mean_ND = decoder(z_NK, batch)
    wide, given = deepcopy(encoder).double(), TableBatch(batch.values_ND.double(), batch.codes_NC, batch.observed_NX)
    wide_NK = wide(*tensors_of(given))
    assert wide_NK.dtype == torch.float64
    torch.testing.assert_close(wide_NK.float(), z_NK)
    wide_ND = deepcopy(decoder).double()(wide_NK, given)
    torch.testing.assert_close(wide_ND.float(), mean_ND)
    assert wide_ND.dtype == torch.float64 or not layout.numeric
    there = batch.to(torch.device("meta"))
    assert deepcopy(encoder).to("meta")(*tensors_of(there)).is_meta
    assert deepcopy(decoder).to("meta")(z_NK.to("meta"), there).is_meta


def test_a_layer_that_is_replaced_counts():
    network, batch = make_network(LAYOUTS["every kind"], CONFIG), rows_of(LAYOUTS["every kind"])
    encoder, decoder = deepcopy(Encoder(network)), deepcopy(Decoder(network))
    encoder.to_latent = nn.Linear(8, 4)
    nn.init.zeros_(encoder.to_latent.weight)
    nn.init.ones_(encoder.to_latent.bias)
    z_NK = encoder(*tensors_of(batch))
    assert z_NK.eq(1.0).all()
    before = decoder(z_NK)
    decoder.body = nn.Linear(2, network.head.num_params)
    assert not decoder(z_NK).equal(before)


def test_weights_go_from_half_to_half(tmp_path):
    network, other = (make_network(LAYOUTS["every kind"], CONFIG) for _ in range(2))
    batch = rows_of(LAYOUTS["every kind"])
    z_NK = Encoder(network)(*tensors_of(batch))
    assert not Encoder(other)(*tensors_of(batch)).equal(z_NK)
    Encoder(other).load_state_dict(Encoder(network).state_dict())
    Decoder(other).load_state_dict(Decoder(network).state_dict())
    assert Encoder(other)(*tensors_of(batch)).equal(z_NK)
    assert Decoder(other)(z_NK).equal(Decoder(network)(z_NK))
    torch.save(Encoder(network).state_dict(), tmp_path / "encoder.pt")
    Encoder(other).load_state_dict(torch.load(tmp_path / "encoder.pt", weights_only=True))


def test_a_conditional_decoder_reads_what_is_given():
    network = make_network(LAYOUTS["conditions"], CONFIG)
    given = TableBatch(torch.ones(3, 2), torch.ones(3, 2, dtype=torch.long), torch.ones(3, 4))
    z_NK = torch.zeros(3, 2)
    assert Decoder(network)(z_NK, given).equal(network.decode(z_NK, given).moments()[0])
    with pytest.raises(ConfigError, match="2 columns are conditions, and none are given"):
        Decoder(network)(z_NK)


def test_a_frozen_encoder_serves_in_a_larger_network_and_a_free_one_is_trained(fitted_machines, make_machines):
    frame = make_machines(400, seed=8)
    batch = fitted_machines.transform.encode(frame)
    wanted_N = torch.from_numpy((frame["mode"] == "fast").to_numpy(dtype="float32"))
    for frozen in (True, False):
        encoder = deepcopy(fitted_machines.encoder).requires_grad_(not frozen)
        before = [parameter.clone() for parameter in encoder.parameters()]
        network = nn.Sequential(nn.Linear(3, 16), nn.SiLU(), nn.Linear(16, 1))
        weights = [*network.parameters(), *([] if frozen else encoder.parameters())]
        optimizer = torch.optim.Adam(weights, lr=1e-2)
        losses = []
        for _ in range(60):
            logit_N = network(encoder(batch.values_ND, batch.codes_NC, batch.observed_NX)).squeeze(-1)
            loss = nn.functional.binary_cross_entropy_with_logits(logit_N, wanted_N)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        assert losses[-1] < 0.8 * losses[0]
        same = all(old.equal(new) for old, new in zip(before, encoder.parameters(), strict=True))
        assert same == frozen
