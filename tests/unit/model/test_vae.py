import pytest
import torch

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.errors import ConfigError
from vaegis.likelihoods import CONDITION, Layout
from vaegis.model.posterior import LOG_VAR_RANGE
from vaegis.model.vae import make_network

LAYOUTS = {
    "mixed": Layout(("gaussian", "gaussian"), ("categorical", "categorical"), (2, 3)),
    "numeric": Layout(("gaussian", "gaussian"), (), ()),
    "discrete": Layout((), ("categorical", "categorical"), (2, 3)),
    "conditional": Layout((CONDITION, "gaussian"), ("categorical", CONDITION), (2, 3)),
    "learned": Layout(("gaussian_fixed", "student_t"), ("ordinal", "bernoulli"), (5, 2)),
}
CONFIG = TrainConfig(latent_dim=3, hidden=[8, 4])


def make_batch(layout: Layout, num_rows: int = 5) -> TableBatch:
    random = torch.Generator().manual_seed(0)
    codes = [torch.randint(0, count + 1, (num_rows, 1), generator=random) for count in layout.num_levels]
    return TableBatch(
        torch.randn(num_rows, len(layout.numeric), generator=random),
        torch.cat([torch.zeros(num_rows, 0, dtype=torch.long), *codes], dim=1),
        torch.ones(num_rows, len(layout.numeric) + len(codes)),
    )


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("kind", ["vae", "autoencoder"])
@pytest.mark.parametrize("hidden", [[8], [8, 4, 4]])
def test_elbo_is_finite_and_reaches_every_parameter(layout, kind, hidden):
    network = make_network(layout, TrainConfig(kind=kind, latent_dim=3, hidden=hidden))
    terms = network.elbo(make_batch(layout), torch.randn(5, 3))
    assert terms.distortion_N.shape == terms.rate_N.shape == (5,)
    assert terms.elbo_N.isfinite().all()
    terms.loss_N(0.5).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    assert kind == "vae" or terms.rate_N.eq(0).all()


def test_rows_do_not_see_each_other():
    network, batch = make_network(LAYOUTS["mixed"], CONFIG).eval(), make_batch(LAYOUTS["mixed"])
    noise = torch.randn(5, 3)
    whole = network.elbo(batch, noise).elbo_N
    alone = torch.cat([network.elbo(batch.rows(n, n + 1), noise[n : n + 1]).elbo_N for n in range(5)])
    torch.testing.assert_close(whole, alone)


def test_encoder_tells_missing_from_average():
    network, batch = make_network(LAYOUTS["numeric"], CONFIG), make_batch(LAYOUTS["numeric"], 1)
    batch.values_ND.zero_()
    average = network.encode(batch).mean_NK.clone()
    batch.observed_NX.zero_()
    assert not network.encode(batch).mean_NK.equal(average)


def test_log_variance_is_clamped():
    network = make_network(LAYOUTS["numeric"], CONFIG)
    torch.nn.init.constant_(network.to_latent.bias, 100.0)
    assert network.encode(make_batch(LAYOUTS["numeric"])).log_var_NK.eq(LOG_VAR_RANGE[1]).all()


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_watched_numbers_are_by_row(layout):
    network, batch = make_network(layout, CONFIG), make_batch(layout)
    told = network.watch(batch, batch.take(torch.tensor([1, 2, 3, 4, 0])), torch.zeros(5, 3))
    assert ("sigma_floor" in told) is bool(layout.numeric)
    assert all(value.shape == (5,) for value in told.values())
    assert told["posterior_clamp"].eq(0).all()
    assert network.watch(batch, batch, torch.zeros(5, 3))["decoder_use"].eq(0).all()
    assert told["decoder_use"].ne(0).all()


def test_sigmas_at_their_floor_are_counted():
    network, batch = make_network(LAYOUTS["numeric"], CONFIG), make_batch(LAYOUTS["numeric"])
    torch.nn.init.zeros_(network.decoder[-1].weight)
    with torch.no_grad():
        network.decoder[-1].bias[2] = -30.0  # the raw sigma of the first of two columns
    assert network.watch(batch, batch, torch.zeros(5, 3))["sigma_floor"].tolist() == [0.5] * 5


def test_evidence_of_one_sample_is_an_elbo_and_more_are_tighter():
    network, batch = make_network(LAYOUTS["mixed"], CONFIG), make_batch(LAYOUTS["mixed"])
    with torch.no_grad():
        bounds = [
            torch.stack([network.evidence_N(batch, samples, torch.Generator().manual_seed(s)) for s in range(50)])
            for samples in (1, 20)
        ]
    assert bounds[0].mean() < bounds[1].mean()
    assert bounds[1].std(0).mean() < bounds[0].std(0).mean()


def test_a_point_has_no_evidence():
    network = make_network(LAYOUTS["mixed"], TrainConfig(kind="autoencoder", latent_dim=3))
    with pytest.raises(TypeError, match="no evidence"):
        network.evidence_N(make_batch(LAYOUTS["mixed"]), 2, torch.Generator())


def test_decoder_reads_conditions_and_the_evidence_leaves_them_out():
    network, batch = make_network(LAYOUTS["conditional"], CONFIG).eval(), make_batch(LAYOUTS["conditional"])
    z_NK = torch.randn(5, 3)
    expected = network.decode(z_NK, batch).expected()
    assert expected.values_ND[:, 0].equal(batch.values_ND[:, 0])
    assert expected.codes_NC[:, 1].equal(batch.codes_NC[:, 1])
    other = TableBatch(batch.values_ND + 1.0, batch.codes_NC, batch.observed_NX)
    assert not network.decode(z_NK, other).expected().values_ND[:, 1].equal(expected.values_ND[:, 1])
    blind = batch.observed_NX.clone()
    blind[:, [0, 3]] = 0.0
    without = TableBatch(batch.values_ND, batch.codes_NC, blind)
    likelihood = network.decode(z_NK, batch)
    assert likelihood.log_prob_NX(batch).sum(-1).equal(likelihood.log_prob_NX(without).sum(-1))
    with pytest.raises(ConfigError, match="2 columns are conditions, and none are given"):
        network.decode(z_NK)


def test_weights_of_plain_layouts_keep_their_names():
    """Bundles from before conditions and learned families must load."""
    names = set(make_network(LAYOUTS["mixed"], CONFIG).state_dict())
    assert {name.split(".")[0] for name in names} == {"read_values", "read_levels", "encoder", "to_latent", "decoder"}
