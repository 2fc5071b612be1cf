"""What `fit_network` does not show from outside; the rest of the module is tested through it."""

from dataclasses import replace

import pandas as pd
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from vaegis.config.generator import GeneratorConfig
from vaegis.contract import ColumnSpec
from vaegis.data.batches import TableBatch
from vaegis.data.stream import stream_frame
from vaegis.fitted.generator import fit_generator
from vaegis.likelihoods import CONDITION, ColumnFacts, Layout
from vaegis.model.vae import make_network
from vaegis.training.fit import fit_network, seeded
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


class Waits(TorchDispatchMode):
    """Notes each operation that a processor can only answer once the device is done."""

    NAMES = ("_local_scalar_dense", "nonzero", "masked_select", "unique", "equal.default", "is_nonzero")

    def __init__(self) -> None:
        super().__init__()
        self.seen, self.found = 0, []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.seen += 1
        by_mask = "aten.index" in str(func) and any(
            index is not None and index.dtype == torch.bool for part in args if isinstance(part, list) for index in part
        )
        self.found += [str(func)] if by_mask or any(name in str(func) for name in self.NAMES) else []
        return func(*args, **(kwargs or {}))


@pytest.fixture
def waits(monkeypatch):
    """Return what the training steps of this test wait for."""
    told, step = Waits(), TrainingModule.training_step

    def watched(module, block):
        with told:
            step(module, block)

    monkeypatch.setattr(TrainingModule, "training_step", watched)
    return told


def test_the_watch_sees_what_waits(waits):
    with waits:
        assert torch.ones(3).sum().item() == 3.0
        assert torch.ones(3)[torch.tensor([True, False, True])].numel() == 2
    assert [name.split(".")[1] for name in waits.found] == ["_local_scalar_dense", "index"]


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_no_step_waits_for_the_device_whatever_the_columns(config, tmp_path, waits, precision):
    numbers = ("gaussian", "gaussian_fixed", "student_t", "spike", "poisson", "negative_binomial", "circular")
    facts = {"spike": ColumnFacts(points=(0.0,)), "circular": ColumnFacts(wraps=True, cycles=((1.0, 0.0),))}
    numeric, discrete = (*numbers, CONDITION), ("categorical", "bernoulli", "ordinal", CONDITION)
    layout = Layout(numeric, discrete, (3, 2, 4, 2), tuple(facts.get(name, ColumnFacts()) for name in numeric))
    random = torch.Generator().manual_seed(0)
    values = torch.randn(600, 8, generator=random).round(decimals=1).clamp(-3, 3)
    rows = TableBatch(values, torch.randint(1, 3, (600, 4), generator=random), torch.ones(600, 12))
    settings = replace(config, epochs=1, free_bits=0.1, precision=precision)
    fit_network(rows, rows, lambda: make_network(layout, settings), settings, folder=tmp_path, sink=NullSink())
    assert waits.seen > 1_000
    assert waits.found == []


def test_no_step_of_the_generator_waits(config, tmp_path, waits):
    columns = [ColumnSpec(name="load", dtype="float64", kind="numeric", role="feature")]
    stream = stream_frame(pd.DataFrame({"load": torch.randn(300).tolist()}))
    generator = GeneratorConfig(min_steps=20, epochs=1)
    fit_generator(columns, (stream, stream), generator, devices=config, folder=tmp_path, sink=NullSink())
    assert waits.seen > 1_000
    assert waits.found == []
