"""CPU time of a training step: `fit_network` (Lightning) against a hand-written PyTorch loop, interleaved in one run.

Both train the same network on the same rows with the same batches, fused AdamW, clipping, schedule, warm-up of beta
and moving average. Start-up, validation and checkpoints are outside both clocks.

    OMP_NUM_THREADS=1 python -m benchmarks.train [--json]
"""

import argparse
import json
import math
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import torch

import vaegis.training.fit as training
from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.likelihoods import Layout
from vaegis.model.objective import beta_at
from vaegis.model.vae import make_network
from vaegis.training.module import TrainingModule
from vaegis.training.optimizer import learning_rate_factor
from vaegis.training.sink import NullSink

NUMERIC, LEVELS = 18, (4, 12)
"""Twenty columns in all."""
LAYOUT = Layout(("gaussian",) * NUMERIC, ("categorical",) * len(LEVELS), LEVELS)
ROWS = 65_536
STEPS = {512: 640, 4_096: 96}
"""Steps timed by batch size."""


def make_rows(num_rows: int, seed: int) -> TableBatch:
    """Return correlated rows without missing cells."""
    random = torch.Generator().manual_seed(seed)
    cause = torch.randn(num_rows, 4, generator=random)
    values = cause @ torch.randn(4, NUMERIC, generator=random) + 0.3 * torch.randn(num_rows, NUMERIC, generator=random)
    codes = torch.stack([torch.randint(1, count + 1, (num_rows,), generator=random) for count in LEVELS], dim=1)
    return TableBatch(values / values.std(0), codes, torch.ones(num_rows, NUMERIC + len(LEVELS)))


class ClockedModule(TrainingModule):
    """Adds up CPU seconds between the start of an interval and the end of its last step."""

    seconds = 0.0
    losses: list[float]

    def on_train_epoch_start(self) -> None:
        """Start the clock."""
        self._from = time.process_time()

    def on_train_epoch_end(self) -> None:
        """Stop it before validation and checkpoint."""
        type(self).seconds += time.process_time() - self._from
        super().on_train_epoch_end()


def lightning_seconds(rows: TableBatch, config: TrainConfig) -> tuple[float, float]:
    """Return CPU seconds of all steps and the mean loss of the last interval, by the project's own training."""
    ClockedModule.seconds = 0.0
    training.TrainingModule = ClockedModule  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        fit = training.fit_network(
            rows, rows.rows(0, 64), lambda: make_network(LAYOUT, config), config, folder=Path(folder), sink=NullSink()
        )
    assert fit is not None  # noqa: S101 - one process
    return ClockedModule.seconds, fit.history.records[-1]["train/loss"]


def hand_seconds(rows: TableBatch, config: TrainConfig) -> tuple[float, float]:
    """Return the same of a loop without a framework."""
    torch.manual_seed(config.seed)
    network = training.seeded(lambda: make_network(LAYOUT, config), config.seed)
    average = training.seeded(lambda: make_network(LAYOUT, config), config.seed).requires_grad_(requires_grad=False)
    weights, averages = list(network.parameters()), list(average.parameters())
    matrices, others = [w for w in weights if w.ndim > 1], [w for w in weights if w.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": config.weight_decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)
    epoch_steps = math.ceil(rows.num_rows / config.batch_rows)
    planned = epoch_steps * config.epochs
    step, loss_sum = 0, torch.zeros(())
    start = time.process_time()
    for _ in range(config.epochs):
        permuted = rows.take(torch.randperm(rows.num_rows))
        loss_sum = torch.zeros(())
        for first in range(0, rows.num_rows, config.batch_rows):
            batch = permuted.rows(first, first + config.batch_rows)
            for group in optimizer.param_groups:
                group["lr"] = config.learning_rate * learning_rate_factor(step, planned)
            terms = network.elbo(batch, torch.randn(batch.num_rows, config.latent_dim))
            beta = beta_at(step, planned_steps=planned, warmup=config.warmup, beta=config.beta)
            loss = terms.loss_N(beta).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(weights, config.clip_norm, foreach=True)
            optimizer.step()
            step += 1
            with torch.no_grad():
                torch._foreach_lerp_(averages, weights, 1.0 - min(config.ema_decay, (1 + step) / (10 + step)))
            loss_sum += loss.detach()
    return time.process_time() - start, float(loss_sum) / epoch_steps


def compare(batch_rows: int, repetitions: int) -> dict[str, Any]:
    """Time both sides in turn and return medians in milliseconds a step, and the ratio's spread."""
    rows = make_rows(ROWS, seed=0)
    epochs = STEPS[batch_rows] * batch_rows // ROWS
    config = TrainConfig(epochs=epochs, batch_rows=batch_rows, accelerator="cpu", devices="1")
    lightning_seconds(rows, config), hand_seconds(rows, config)  # warm both
    pairs = [(lightning_seconds(rows, config), hand_seconds(rows, config)) for _ in range(repetitions)]
    ratios = sorted(by_hand[0] / ours[0] for ours, by_hand in pairs)
    per_step = 1000.0 / STEPS[batch_rows]
    return {
        "batch_rows": batch_rows,
        "lightning_ms": per_step * statistics.median(ours[0] for ours, _ in pairs),
        "hand_ms": per_step * statistics.median(by_hand[0] for _, by_hand in pairs),
        "ratio_min": ratios[0],
        "ratio_median": statistics.median(ratios),
        "ratio_max": ratios[-1],
        "lightning_loss": pairs[-1][0][1],
        "hand_loss": pairs[-1][1][1],
    }


def main() -> None:
    """Print one row for each batch size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results = [compare(batch_rows, options.repetitions) for batch_rows in STEPS]
    if options.json:
        print(json.dumps(results))
        return
    names = list(results[0])
    print("  ".join(f"{name:>14}" for name in names))
    for result in results:
        print("  ".join(f"{result[name]:>14.3f}" for name in names))


if __name__ == "__main__":
    main()
