import math
import shutil
from dataclasses import replace

import pytest
import torch

from vaegis.errors import ConfigError, TrainingError
from vaegis.model.vae import make_network
from vaegis.training.fit import fit_network, seeded
from vaegis.training.loader import Place, StepLoader
from vaegis.training.plan import make_plan
from vaegis.training.sink import NullSink


class Recorder(NullSink):
    def __init__(self, fail_at: int | None = None) -> None:
        self.points: list[tuple[int, dict[str, float]]] = []
        self._fail_at = fail_at

    def log(self, step, metrics) -> None:
        if len(self.points) == self._fail_at:
            raise KeyError("stop here")
        self.points.append((step, dict(metrics)))


def weights(fit) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in fit.network.state_dict().values()])


@pytest.fixture
def train(layout, rows, config, tmp_path):
    def run(folder: str = "run", sink=None, **changes):
        settings = replace(config, **changes)
        return fit_network(
            rows.rows(0, 450),
            rows.rows(450, 600),
            lambda: make_network(layout, settings),
            settings,
            folder=tmp_path / folder,
            sink=sink or NullSink(),
        )

    return run


def test_training_raises_the_elbo_and_reports_every_interval(train, config):
    sink = Recorder()
    fit = train(sink=sink)
    plan = make_plan(450, config)
    records = fit.history.records
    assert [record["step"] for record in records] == [plan.interval_steps * (k + 1) for k in range(plan.num_intervals)]
    assert [{"step": float(step), **metrics} for step, metrics in sink.points] == records
    assert records[-1]["val/elbo"] > records[0]["val/elbo"] + 0.5
    assert records[-1]["train/beta"] == config.beta
    for record in records:
        assert record["train/loss"] >= record["train/reconstruction"] - 1e-6


def test_the_best_averaged_weights_are_kept(train, rows, config):
    fit = train()
    best = max(record["val/elbo"] for record in fit.history.records)
    with torch.no_grad():
        elbo = fit.network.elbo(rows.rows(450, 600), torch.randn(150, config.latent_dim)).elbo_N.mean().item()
    assert elbo == pytest.approx(best, abs=0.4)
    assert not fit.network.training


def test_same_seed_same_bytes_and_another_seed_not(train):
    assert weights(train("a")).equal(weights(train("b")))
    assert not weights(train("a")).equal(weights(train("c", seed=1)))


@pytest.mark.parametrize("intervals_done", [0, 1, 5])
def test_a_stopped_training_resumes_bit_equal(train, intervals_done):
    whole = train("whole")
    with pytest.raises(KeyError, match="stop here"):
        train("resumed", sink=Recorder(fail_at=intervals_done))
    resumed = train("resumed")
    assert resumed.history == whole.history
    assert weights(resumed).equal(weights(whole))


def test_a_finished_training_resumes_to_the_same_end(train):
    whole = train()
    again = train()
    assert again.history == whole.history
    assert weights(again).equal(weights(whole))


def test_early_stop_is_kept_across_a_resume(train, config):
    """Lightning forgets `should_stop`; a run killed between its early stop and its bundle must not train on."""
    impatient = {"patience": 1, "warmup": 0.0, "epochs": 200, "learning_rate": 0.05}
    stopped = train(**impatient)
    assert len(stopped.history.records) < make_plan(450, replace(config, **impatient)).num_intervals
    assert stopped.history.intervals_since_best(0) == 1
    again = train(**impatient)
    assert again.history == stopped.history
    assert weights(again).equal(weights(stopped))


def test_exploding_training_is_refused_before_any_checkpoint(train, tmp_path):
    with pytest.raises(TrainingError, match=r"is (nan|inf|-inf) at step \d+.*allowed: finite.*train.learning_rate"):
        train(learning_rate=1e30, clip_norm=1e30)
    assert not list((tmp_path / "run").iterdir())


def test_steps_that_cannot_be_taken_end_it_and_the_checkpoint_before_is_kept(rows, layout, config, tmp_path, caplog):
    """One poisoned row spoils a step an epoch: ten are skipped, an eleventh is too many."""
    config = replace(config, epochs=30, patience=99)
    train = rows.take(torch.arange(450))
    plan = make_plan(450, config)
    loader = StepLoader(train, plan, seed=config.seed, latent_dim=2, reached=Place)
    late = loader.step(plan.interval_steps + 1, Place()).batch.values_ND[0]
    train.values_ND[(train.values_ND == late).all(1)] = torch.nan
    with pytest.raises(TrainingError, match=r"11 of \d+ steps were skipped.*allowed: 1% of the steps.*learning_rate"):
        fit_network(
            train, rows.rows(450, 600), lambda: make_network(layout, config), config, folder=tmp_path, sink=NullSink()
        )
    state = torch.load(tmp_path / "last.ckpt", weights_only=True)
    history = state["vaegis"]["history"]
    assert sum(record["train/skipped"] for record in history) == 10
    assert history[0]["train/skipped"] == 0
    assert all(math.isfinite(value) for record in history for value in record.values())
    assert all(tensor.isfinite().all() for tensor in state["state_dict"].values())
    assert f"1 steps skipped up to step {2 * plan.interval_steps}" in caplog.text


def test_damaged_checkpoint_starts_over(train, tmp_path):
    whole = train()
    checkpoint = tmp_path / "run" / "last.ckpt"
    checkpoint.write_bytes(checkpoint.read_bytes()[:1_000])
    (tmp_path / "run" / "last.partial").write_bytes(b"half a state")
    again = train()
    assert weights(again).equal(weights(whole))


def test_deterministic_twin_has_no_kl(train):
    fit = train(kind="autoencoder")
    assert {record["train/kl"] for record in fit.history.records} == {0.0}


def test_no_rows_are_refused(layout, rows, config, tmp_path):
    with pytest.raises(TrainingError, match="450 training and 0 validation rows"):
        fit_network(
            rows.rows(0, 450),
            rows.rows(0, 0),
            lambda: make_network(layout, config),
            config,
            folder=tmp_path,
            sink=NullSink(),
        )


@pytest.mark.parametrize(
    "change", [{"strategy": "telepathy"}, {"accelerator": "abacus"}, {"devices": "0"}, {"devices": "many"}]
)
def test_devices_that_do_not_exist_are_named(train, change):
    (key, value) = next(iter(change.items()))
    with pytest.raises(ConfigError, match=rf"train.{key} '?{value}.*change: params.yaml: train"):
        train(**change)


def test_threads_and_random_state_are_left_as_they_were(train):
    torch.manual_seed(7)
    before, threads = torch.random.get_rng_state(), torch.get_num_threads()
    train()
    assert torch.get_num_threads() == threads
    assert torch.random.get_rng_state().equal(before)


def test_weights_follow_the_seed(layout, config):
    first, again, other = (seeded(lambda: make_network(layout, config), seed) for seed in (0, 0, 1))
    assert first.read_values.weight.equal(again.read_values.weight)
    assert not first.read_values.weight.equal(other.read_values.weight)


def test_a_deterministic_twin_has_not_collapsed(train):
    records = train(kind="autoencoder", epochs=20, patience=99).history.records
    assert {record["val/collapse"] for record in records} == {0.0}
    assert records[-1]["val/decoder_use"] > 0.5


def test_half_precision_follows_full_precision_and_repeats(train):
    full, half = train("full", epochs=15), train("half", epochs=15, precision="bf16-mixed")
    for ours, theirs in zip(half.history.records, full.history.records, strict=True):
        assert ours["val/elbo"] == pytest.approx(theirs["val/elbo"], abs=0.05)
    assert weights(half).dtype == torch.float32
    assert weights(half).equal(weights(train("again", epochs=15, precision="bf16-mixed")))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("c++") is None, reason="torch.compile needs a compiler on a CPU")
@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")  # torch's own import
def test_a_compiled_network_trains_to_the_same_place(train):
    plain, compiled = train("plain"), train("compiled", compile=True)
    assert compiled.history.records[-1]["val/elbo"] == pytest.approx(plain.history.records[-1]["val/elbo"], abs=0.01)
    assert compiled.network.state_dict().keys() == plain.network.state_dict().keys()
