"""A collapse provoked by a heavy KL is seen when it is said to be, and its remedy brings the latent back."""

import pytest
import torch

from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.likelihoods import Layout
from vaegis.model.vae import make_network
from vaegis.training.fit import fit_network
from vaegis.training.sink import NullSink
from vaegis.training.watch import COLLAPSE_INTERVALS

LAYOUT = Layout(("gaussian",) * 6, (), ())
pytestmark = pytest.mark.slow


class Killer(NullSink):
    """Fails when it has taken a number of records."""

    def __init__(self, left: int) -> None:
        self._left = left

    def log(self, step, metrics) -> None:
        self._left -= 1
        if self._left < 0:
            raise KeyError("stop here")


@pytest.fixture
def train(tmp_path):
    random = torch.Generator().manual_seed(0)
    cause = torch.randn(1_300, 2, generator=random)
    values = cause @ torch.randn(2, 6, generator=random) + 0.3 * torch.randn(1_300, 6, generator=random)
    rows = TableBatch(values / values.std(0), torch.zeros(1_300, 0, dtype=torch.long), torch.ones(1_300, 6))

    def run(collapse: str, folder: str = "whole", sink=None):
        config = TrainConfig(
            latent_dim=4,
            hidden=[32, 16],
            beta=50.0,
            collapse=collapse,
            epochs=100,
            batch_rows=128,
            patience=20,
            accelerator="cpu",
            devices="1",
        )
        made = fit_network(
            rows.rows(0, 1_024),
            rows.rows(1_024, 1_300),
            lambda: make_network(LAYOUT, config),
            config,
            folder=tmp_path / folder,
            sink=sink or NullSink(),
        )
        return made.history.records, torch.cat([tensor.flatten() for tensor in made.network.state_dict().values()])

    return run


def alarm_of(records) -> int:
    return next(number for number, record in enumerate(records) if record["val/collapse"])


def test_it_is_seen_two_intervals_after_warm_up_and_only_said_by_default(train, caplog):
    records, _ = train("warn")
    warm = next(number for number, record in enumerate(records) if record["train/beta"] == 50.0)
    assert alarm_of(records) <= warm + COLLAPSE_INTERVALS
    assert records[-1]["val/active_units"] == 0
    assert records[-1]["val/decoder_use"] < 0.1
    assert {(record["train/beta"], record["train/free_bits"]) for record in records[warm:]} == {(50.0, 0.0)}
    assert caplog.text.count("posterior collapse at step") == 1


@pytest.mark.parametrize("collapse", ["free_bits", "lower_beta"])
def test_the_remedy_restores_active_units_and_a_kill_changes_nothing(train, collapse):
    records, weights = train(collapse)
    alarm = alarm_of(records)
    assert records[alarm]["val/active_units"] == 0
    assert records[-1]["val/active_units"] >= 2
    assert records[-1]["val/decoder_use"] > 0.5
    assert records[-1]["val/rate"] > 0.5
    assert not any(record["val/collapse"] for record in records[-5:])
    with pytest.raises(KeyError, match="stop here"):
        train(collapse, "killed", Killer(alarm + 1))
    again, same = train(collapse, "killed")
    assert again == records
    assert same.equal(weights)
