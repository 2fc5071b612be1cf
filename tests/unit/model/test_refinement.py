import torch

from vaegis.model.refinement import refine


def bound(network, batch, posterior):
    noise = torch.randn(200, *posterior.mean_NK.shape, generator=torch.Generator().manual_seed(9))
    log_prob = [network.decode(posterior.sample(item)).log_prob_NX(batch).sum(-1) for item in noise]
    return torch.stack(log_prob).mean(0) - posterior.kl_NK().sum(-1)


def test_a_rows_own_posterior_is_no_worse_than_the_encoders(fitted_machines, make_machines):
    network = fitted_machines.network
    batch = fitted_machines.transform.encode(make_machines(40, seed=3))
    with torch.no_grad():
        start = network.encode(batch)
    found = refine(network, batch, start, torch.Generator().manual_seed(0))
    with torch.no_grad():
        gain = bound(network, batch, found) - bound(network, batch, start)
    assert gain.mean() > 0
    assert (gain > -0.1).float().mean() > 0.9
    assert not found.mean_NK.requires_grad
    assert all(parameter.grad is None for parameter in network.parameters())


def test_the_same_seed_finds_the_same(fitted_machines, make_machines):
    network = fitted_machines.network
    batch = fitted_machines.transform.encode(make_machines(5, seed=3))
    with torch.no_grad():
        start = network.encode(batch)
    one, other = (refine(network, batch, start, torch.Generator().manual_seed(1)) for _ in range(2))
    assert one.mean_NK.equal(other.mean_NK)
