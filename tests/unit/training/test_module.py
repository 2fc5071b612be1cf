"""What `fit_network` does not show from outside; the rest of the module is tested through it."""

import pytest
import torch

from vaegis.model.vae import make_network
from vaegis.training.fit import seeded
from vaegis.training.loader import Step
from vaegis.training.module import TrainingModule
from vaegis.training.optimizer import make_optimizer
from vaegis.training.plan import make_plan
from vaegis.training.sink import NullSink


class World:
    """The part of a trainer that a training step reads."""

    def __init__(self, world_size: int) -> None:
        self.world_size = world_size


def gradients(layout, rows, config, shares: list[tuple[int, int]]) -> list[torch.Tensor]:
    """Average over ranks, as data parallelism does, the gradients of each rank's part of 30 rows."""
    noise = torch.randn(30, config.latent_dim, generator=torch.Generator().manual_seed(3))
    sums: list[torch.Tensor] = []
    for low, high in shares:
        network = seeded(lambda: make_network(layout, config), config.seed)
        module = TrainingModule(network, make_plan(600, config), config, rows.rows(0, 10), NullSink())
        module.trainer = World(len(shares))
        module.loss(Step(10, rows.rows(low, high), noise[low:high], 30)).backward()
        parts = [parameter.grad / len(shares) for parameter in network.parameters()]
        sums = [a + b for a, b in zip(sums, parts, strict=True)] if sums else parts
    return sums


@pytest.mark.parametrize("shares", [[(0, 15), (15, 30)], [(0, 29), (29, 30)], [(0, 30), (30, 30)]])
def test_averaged_gradients_of_uneven_ranks_are_those_of_the_global_batch(layout, rows, config, shares):
    expected = gradients(layout, rows, config, [(0, 30)])
    for got, want in zip(gradients(layout, rows, config, shares), expected, strict=True):
        torch.testing.assert_close(got, want, rtol=1e-4, atol=1e-5)


def test_average_starts_as_a_copy_without_gradients(layout, rows, config):
    network = seeded(lambda: make_network(layout, config), config.seed)
    module = TrainingModule(network, make_plan(600, config), config, rows, NullSink())
    assert module.average is not network
    assert not any(parameter.requires_grad for parameter in module.average.parameters())
    for name, tensor in network.state_dict().items():
        assert module.average.state_dict()[name].equal(tensor)


def test_only_the_network_is_optimised(layout, rows, config):
    network = seeded(lambda: make_network(layout, config), config.seed)
    module = TrainingModule(network, make_plan(600, config), config, rows, NullSink())
    chosen = module.configure_optimizers()
    assert {id(p) for group in chosen.param_groups for p in group["params"]} == {id(p) for p in network.parameters()}
    assert isinstance(chosen, type(make_optimizer(network, config)))
