"""The LightningModule: optimises, averages, validates, stops. N rows of this rank, K latents."""

from copy import deepcopy
from typing import Any

import torch
from lightning.pytorch import LightningModule
from torch import Tensor

from vaegis.config.train import TrainConfig
from vaegis.data.batches import Batch, chunks
from vaegis.errors import TrainingError
from vaegis.model.objective import ElboNetwork, beta_at
from vaegis.training.average import decay_at, fold_in
from vaegis.training.history import History
from vaegis.training.loader import Step, generator
from vaegis.training.optimizer import make_optimizer
from vaegis.training.plan import Plan, share
from vaegis.training.sink import MetricSink

_VALIDATION_ROWS = 8_192


class TrainingModule(LightningModule):
    """Minimise distortion + beta * rate; keep the averaged weights with the best validation ELBO at beta = 1."""

    def __init__(
        self, network: ElboNetwork, plan: Plan, config: TrainConfig, validation: Batch, sink: MetricSink
    ) -> None:
        super().__init__()
        self.network = network
        self.average: ElboNetwork = deepcopy(network).requires_grad_(requires_grad=False)
        self.history = History()
        self._plan, self._config, self._sink = plan, config, sink
        self._validation = validation
        self._sums: list[Tensor] = []
        self.best_weights: dict[str, Tensor] = {}

    def configure_optimizers(self) -> Any:
        """Return AdamW with a linear rise and a cosine fall over planned steps."""
        optimizer, schedule = make_optimizer(self.network, self._config, self._plan.planned_steps)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def transfer_batch_to_device(self, batch: Step, device: torch.device, dataloader_idx: int) -> Step:
        """Move a step to the device."""
        del dataloader_idx
        return Step(batch.batch.to(device), batch.noise_NK.to(device), batch.global_rows)

    def training_step(self, step: Step) -> Tensor:
        """Return the loss whose gradient, averaged over ranks, is that of the mean over the global batch."""
        terms = self.network.elbo(step.batch, step.noise_NK)
        loss_N = terms.loss_N(self._beta())
        with torch.no_grad():
            self._sums.append(torch.stack([loss_N, terms.distortion_N, terms.rate_N]).sum(-1))
        loss: Tensor = loss_N.sum() * (self.trainer.world_size / step.global_rows)
        return loss

    def on_train_start(self) -> None:
        """Stop at once if the resumed state had already seen enough: Lightning does not keep that decision."""
        self._weights: list[Tensor] = list(self.network.parameters())
        self._averages: list[Tensor] = list(self.average.parameters())
        self._stop_if_settled()

    def on_train_batch_end(self, *_: Any) -> None:
        """Fold the new weights into their average."""
        fold_in(self._averages, self._weights, decay_at(self.global_step, self._config.ema_decay))

    def on_train_epoch_end(self) -> None:
        """Close an interval: refuse non-finite numbers, validate, record, decide whether to go on."""
        loss, distortion, rate = self._interval_means()
        elbo = self.validation_elbo()
        step = self.global_step
        record = {
            "train/loss": loss,
            "train/reconstruction": distortion,
            "train/kl": rate,
            "train/beta": self._beta(),
            "val/elbo": elbo,
        }
        for name, value in record.items():
            if value - value != 0.0:
                raise TrainingError(
                    f"{name} is {value} at step {step}; the checkpoint of the step before it is kept",
                    allowed="finite",
                    where="params.yaml: train.learning_rate (lower) or train.min_sigma (higher)",
                )
        self.history.add(step, record)
        if self.history.is_best:
            self.best_weights = {name: tensor.detach().clone() for name, tensor in self.average.state_dict().items()}
        if self.global_rank == 0:
            self._sink.log(step, record)
        self._stop_if_settled()

    @torch.no_grad()
    def validation_elbo(self) -> float:
        """Return the mean ELBO at beta = 1 of the averaged weights, with the same noise each time, over all ranks."""
        rows = self._validation.num_rows
        low, high = share(0, rows, self.global_rank, self.trainer.world_size)
        noise_NK = torch.randn(rows, self.network.latent_dim, generator=generator(self._config.seed, "validation", 0))
        total, start = torch.zeros((), dtype=torch.float64, device=self.device), low
        for batch in chunks(self._validation.rows(low, high), _VALIDATION_ROWS):
            part_NK = noise_NK[start : start + batch.num_rows]
            total += self.average.elbo(batch.to(self.device), part_NK.to(self.device)).elbo_N.double().sum()
            start += batch.num_rows
        return float(self.trainer.strategy.reduce(total, reduce_op="sum")) / rows

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep what resuming needs beside weights and optimiser."""
        checkpoint["vaegis"] = {"history": self.history.to_json(), "best_weights": self.best_weights}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Restore it."""
        self.history = History.from_json(checkpoint["vaegis"]["history"])
        self.best_weights = checkpoint["vaegis"]["best_weights"]

    def _beta(self) -> float:
        plan, config = self._plan, self._config
        return beta_at(self.global_step, planned_steps=plan.planned_steps, warmup=config.warmup, beta=config.beta)

    def _stop_if_settled(self) -> None:
        """Stop when patience is over, counted from full beta: before it a falling ELBO is the schedule's doing."""
        full_beta = int(self._config.warmup * self._plan.planned_steps)
        if self.history.intervals_since_best(full_beta) >= self._config.patience:
            self.trainer.should_stop = True

    def _interval_means(self) -> tuple[float, float, float]:
        sums = self.trainer.strategy.reduce(torch.stack(self._sums).double().sum(0), reduce_op="sum")
        self._sums.clear()
        loss, distortion, rate = (sums / self._plan.rows_before(self.global_step)).tolist()
        return loss, distortion, rate
