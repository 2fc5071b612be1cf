from copy import deepcopy

import pytest
import torch
from torch import nn

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.errors import ConfigError
from vaegis.fitted.modules import Decoder, Encoder
from vaegis.likelihoods import CONDITION, Layout
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
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_each_half_holds_its_own_weights_only(layout):
    network = make_network(layout, TrainConfig(latent_dim=2, hidden=[8]))
    halves = [{id(weight) for weight in half.parameters()} for half in (Encoder(network), Decoder(network))]
    assert halves[0] | halves[1] == {id(weight) for weight in network.parameters()}
    assert not halves[0] & halves[1]


def test_a_conditional_decoder_reads_what_is_given():
    network = make_network(LAYOUTS["conditions"], TrainConfig(latent_dim=2, hidden=[8]))
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
