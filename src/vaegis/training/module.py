"""The LightningModule: optimises, averages, validates, stops. N rows of this rank, K latents, S steps."""

from collections.abc import Callable
from copy import deepcopy
from math import ceil
from typing import Any

import torch
from lightning.pytorch import LightningModule
from torch import Tensor

from vaegis.config.train import TrainConfig
from vaegis.data.batches import Batch
from vaegis.errors import TrainingError
from vaegis.model.objective import ElboNetwork, ElboTerms, beta_at, warmup_steps
from vaegis.training.average import decay_at, fold_in
from vaegis.training.guard import GradientGuard, require_few_skips
from vaegis.training.history import History
from vaegis.training.loader import Place, Step
from vaegis.training.optimizer import GuardedAdamW, learning_rate_factor, make_optimizer
from vaegis.training.plan import Plan
from vaegis.training.sink import MetricSink
from vaegis.training.validation import Validation
from vaegis.training.watch import collapse_alarm, last_alarm, remedied, say_alarms


class TrainingModule(LightningModule):
    """Minimise distortion + beta * rate; keep the averaged weights with the best validation ELBO at beta = 1."""

    def __init__(
        self, network: ElboNetwork, plan: Plan, config: TrainConfig, validation: Batch, sink: MetricSink
    ) -> None:
        super().__init__()
        # One call of `training_step` takes a block of steps.
        self.automatic_optimization = False
        self.network = network
        self.average: ElboNetwork = deepcopy(network).requires_grad_(requires_grad=False)
        self.history = History()
        self._plan, self._config, self._sink = plan, config, sink
        self._validation = Validation(validation, seed=config.seed, latent_dim=network.latent_dim)
        self._guard = GradientGuard(config.clip_norm)
        self._weights: list[Tensor] = list(network.parameters())
        self._averages: list[Tensor] = list(self.average.parameters())
        self._elbo: Callable[[Any, Tensor], ElboTerms] = torch.compile(network.elbo) if config.compile else network.elbo
        self._beta, self._free_bits = config.beta, config.free_bits
        self._sums: list[Tensor] = []
        self._passed: list[Tensor] = []
        self._num_rows: list[int] = []
        self.best_weights: dict[str, Tensor] = {}

    def configure_optimizers(self) -> GuardedAdamW:
        """Return AdamW."""
        return make_optimizer(self.network, self._config)

    def transfer_batch_to_device(self, batch: list[Step], device: torch.device, dataloader_idx: int) -> list[Step]:
        """Leave the steps where the loader put them: on the device."""
        del device, dataloader_idx
        return batch

    def training_step(self, block: list[Step]) -> None:
        """Take the steps of a block; nothing in it waits for the device."""
        handle: Any = self.optimizers()
        for step in block:
            self._take(step, handle)

    def _take(self, step: Step, handle: Any) -> None:
        """Take one step; `handle` is Lightning's, which counts steps, around our optimiser."""
        optimizer: GuardedAdamW = handle.optimizer
        for weight in self._weights:
            weight.grad = None
        self.manual_backward(self.loss(step))
        passed = self._guard.judge(optimizer, [weight.grad for weight in self._weights if weight.grad is not None])
        planned = self._plan.planned_steps
        optimizer.set_rate(self._config.learning_rate * learning_rate_factor(step.number, planned))
        handle.step()
        fold_in(self._averages, self._weights, decay_at(step.number + 1, self._config.ema_decay))
        self._passed.append(passed)

    def loss(self, step: Step) -> Tensor:
        """Return the loss whose gradient, averaged over ranks, is that of the mean over the global batch."""
        terms = self._elbo(step.batch, step.noise_NK)
        loss_N = terms.loss_N(self._beta_at(step.number), self._free_bits, self._mean_rate_K(terms, step.global_rows))
        with torch.no_grad():
            self._sums.append(torch.stack([loss_N, terms.distortion_N, terms.rate_N]).sum(-1))
        self._num_rows.append(step.global_rows)
        loss: Tensor = loss_N.sum() * (self.trainer.world_size / step.global_rows)
        return loss

    def on_train_start(self) -> None:
        """Stop at once if the resumed state had already seen enough: Lightning does not keep that decision."""
        self._stop_if_settled()

    def on_train_epoch_end(self) -> None:
        """Close an interval: refuse non-finite numbers, validate, record, decide whether to go on."""
        step, past = self.global_step, self.history.records
        record = self._interval() | self._validation.measure(self.average, self._place(), self._total)
        self._require_sound(record)
        record["val/collapse"] = float(self._collapsed([*past, {"step": float(step), **record}]))
        say_alarms({"step": float(step), **record}, past, self._config.collapse)
        self.history.add(step, record)
        if self.history.is_best:
            self.best_weights = {name: tensor.detach().clone() for name, tensor in self.average.state_dict().items()}
        if self.global_rank == 0:
            self._sink.log(step, record)
        self._beta, self._free_bits = remedied(self._config, self.history.records)
        self._stop_if_settled()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep what resuming needs beside weights and optimiser."""
        kept = {"history": self.history.to_json(), "best_weights": self.best_weights, "limit": self._guard.limit}
        checkpoint["vaegis"] = kept

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Restore it."""
        kept = checkpoint["vaegis"]
        self.history = History.from_json(kept["history"])
        self.best_weights = kept["best_weights"]
        self._guard.limit = kept["limit"]
        self._beta, self._free_bits = remedied(self._config, self.history.records)

    @property
    def _full_beta(self) -> int:
        """Step at which beta has its target."""
        return ceil(warmup_steps(self._plan.planned_steps, self._config.warmup))

    def _collapsed(self, records: list[dict[str, float]]) -> bool:
        if not self.network.charges_rate:
            return False
        planned = self._plan.planned_steps
        return collapse_alarm(records, self.network.latent_dim, full_beta=self._full_beta, planned_steps=planned)

    def _beta_at(self, step: int) -> float:
        return beta_at(step, planned_steps=self._plan.planned_steps, warmup=self._config.warmup, beta=self._beta)

    def _mean_rate_K(self, terms: ElboTerms, global_rows: int) -> Tensor | None:
        """Return mean rates over all ranks' rows, so that ranks agree on which dimensions are free."""
        if not self._free_bits or self.trainer.world_size == 1:
            return None
        rate_K = terms.rate_NK.detach().sum(0)
        torch.distributed.all_reduce(rate_K)
        return rate_K / global_rows

    def _interval(self) -> dict[str, float]:
        """Return means over the rows of the steps that were taken, and how many were not."""
        passed_S = torch.stack(self._passed)
        rows_S = torch.tensor(self._num_rows, device=passed_S.device, dtype=torch.float64) * passed_S
        sums_S3 = torch.stack(self._sums).double().where(passed_S.unsqueeze(1), 0.0)
        loss, distortion, rate = (self._total(sums_S3.sum(0)) / rows_S.sum()).tolist()
        skipped = len(self._passed) - int(passed_S.sum())
        for parts in (self._sums, self._passed, self._num_rows):
            parts.clear()
        return {
            "train/loss": loss,
            "train/reconstruction": distortion,
            "train/kl": rate,
            "train/beta": self._beta_at(self.global_step),
            "train/free_bits": self._free_bits,
            "train/skipped": float(skipped),
        }

    def _require_sound(self, record: dict[str, float]) -> None:
        for name, value in record.items():
            if value - value != 0.0:
                raise TrainingError(
                    f"{name} is {value} at step {self.global_step}; the checkpoint of the step before it is kept",
                    allowed="finite",
                    where="params.yaml: train.learning_rate (lower) or train.min_sigma (higher)",
                )
        before = sum(past["train/skipped"] for past in self.history.records)
        require_few_skips(int(before + record["train/skipped"]), self.global_step)

    def _stop_if_settled(self) -> None:
        """Stop when patience is over, counted from full beta: before it a falling ELBO is the schedule's doing.

        A remedy starts it anew.
        """
        changed = last_alarm(self.history.records) if self._config.collapse != "warn" else 0
        if self.history.intervals_since_best(max(self._full_beta, changed)) >= self._config.patience:
            self.trainer.should_stop = True

    def _place(self) -> Place:
        return Place(self.global_step, self.global_rank, self.trainer.world_size, self.device)

    def _total(self, sums: Tensor) -> Tensor:
        """Sum over ranks."""
        reduced: Tensor = self.trainer.strategy.reduce(sums, reduce_op="sum")
        return reduced
