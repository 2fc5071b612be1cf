"""The two loops that the training benchmarks compare: `fit_network`, and one by hand that takes the same steps."""

import contextlib
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

import vaegis.training.fit as training
from vaegis.config.train import TrainConfig
from vaegis.data.batches import TableBatch
from vaegis.likelihoods import Layout
from vaegis.model.objective import beta_at
from vaegis.model.vae import VAE
from vaegis.training.module import TrainingModule
from vaegis.training.optimizer import learning_rate_factor
from vaegis.training.sink import NullSink


def make_rows(layout: Layout, num_rows: int, seed: int) -> TableBatch:
    """Return correlated rows without missing cells."""
    random = torch.Generator().manual_seed(seed)
    numeric = len(layout.numeric)
    cause = torch.randn(num_rows, 4, generator=random)
    values = cause @ torch.randn(4, numeric, generator=random) + 0.3 * torch.randn(num_rows, numeric, generator=random)
    codes = [torch.randint(1, count + 1, (num_rows, 1), generator=random) for count in layout.num_levels]
    codes_NC = torch.cat([torch.zeros(num_rows, 0, dtype=torch.long), *codes], dim=1)
    return TableBatch(values / values.std(0), codes_NC, torch.ones(num_rows, numeric + len(codes)))


def clock() -> float:
    """Return seconds: CPU time, which other processes do not lengthen; with a GPU, wall time once it is idle."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


class ClockedModule(TrainingModule):
    """Adds up seconds between the start of an interval and the end of its last step."""

    seconds: list[float]

    def on_train_epoch_start(self) -> None:
        """Start the clock."""
        self._from = clock()

    def on_train_epoch_end(self) -> None:
        """Stop it before validation and checkpoint."""
        self.seconds.append(clock() - self._from)
        super().on_train_epoch_end()


def lightning_seconds(make: Callable[[], VAE], rows: TableBatch, config: TrainConfig) -> tuple[list[float], float]:
    """Return seconds by interval and the mean loss of the last, by the project's own training."""
    ClockedModule.seconds = []
    training.TrainingModule = ClockedModule  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        fit = training.fit_network(rows, rows.rows(0, 64), make, config, folder=Path(folder), sink=NullSink())
    assert fit is not None  # noqa: S101 - one process
    return ClockedModule.seconds, fit.history.records[-1]["train/loss"]


def hand_seconds(make: Callable[[], VAE], rows: TableBatch, config: TrainConfig) -> tuple[list[float], float]:
    """Return seconds by pass over the rows and the mean loss of the last, by a loop without a framework."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network, average = (training.seeded(make, config.seed).to(device) for _ in range(2))
    elbo = torch.compile(network.elbo) if config.compile else network.elbo
    weights, averages = list(network.parameters()), list(average.requires_grad_(requires_grad=False).parameters())
    matrices, others = [w for w in weights if w.ndim > 1], [w for w in weights if w.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": config.weight_decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)
    half = torch.autocast(device.type, torch.bfloat16) if config.precision == "bf16-mixed" else contextlib.nullcontext()
    epoch_steps = math.ceil(rows.num_rows / config.batch_rows)
    planned = epoch_steps * config.epochs
    rows, step, seconds, loss_sum = rows.to(device), 0, [], torch.zeros((), device=device)
    for _ in range(config.epochs):
        start = clock()
        permuted = rows.take(torch.randperm(rows.num_rows, device=device))
        loss_sum = torch.zeros((), device=device)
        for first in range(0, rows.num_rows, config.batch_rows):
            batch = permuted.rows(first, first + config.batch_rows)
            for group in optimizer.param_groups:
                group["lr"] = config.learning_rate * learning_rate_factor(step, planned)
            with half:
                terms = elbo(batch, torch.randn(batch.num_rows, config.latent_dim, device=device))
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
        seconds.append(clock() - start)
    return seconds, float(loss_sum) / epoch_steps
