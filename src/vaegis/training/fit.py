"""Train a network on rows: reads top to bottom."""

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from lightning.pytorch import Trainer
from lightning.pytorch.utilities.exceptions import MisconfigurationException

from vaegis.config.train import TrainConfig
from vaegis.data.batches import Batch
from vaegis.errors import ConfigError, TrainingError
from vaegis.model.objective import ElboNetwork
from vaegis.model.threads import few_threads
from vaegis.training.checkpoint import ResumableCheckpoint, resumable
from vaegis.training.history import History
from vaegis.training.loader import Place, StepLoader
from vaegis.training.module import TrainingModule
from vaegis.training.plan import Plan, make_plan
from vaegis.training.progress import Progress
from vaegis.training.sink import MetricSink

Network = TypeVar("Network", bound=ElboNetwork)


@dataclass(frozen=True, slots=True)
class Fit(Generic[Network]):
    """The averaged weights with the best validation ELBO, and the curves."""

    network: Network
    history: History


def fit_network(
    train: Batch,
    validation: Batch,
    make: Callable[[], Network],
    config: TrainConfig,
    *,
    folder: Path,
    sink: MetricSink,
) -> Fit[Network] | None:
    """Train what `make` returns, resuming from `folder` if it holds a state; None on every rank but the first.

    Raises:
        ConfigError: this machine lacks the devices, or Lightning knows no such strategy.
        TrainingError: a loss is not finite, or there are no rows.
    """
    if not train.num_rows or not validation.num_rows:
        what = f"{train.num_rows} training and {validation.num_rows} validation rows"
        raise TrainingError(what, allowed="at least one of each", where="params.yaml: split, pull")
    folder.mkdir(parents=True, exist_ok=True)
    network = seeded(make, config.seed)
    plan = make_plan(train.num_rows, config)
    module = TrainingModule(network, plan, config, validation, sink)
    trainer = _trainer(config, plan, folder)
    loader = StepLoader(
        train,
        plan,
        seed=config.seed,
        latent_dim=network.latent_dim,
        reached=lambda: Place(
            trainer.global_step, trainer.global_rank, trainer.world_size, trainer.strategy.root_device
        ),
    )
    with warnings.catch_warnings(), few_threads(network):
        # Batches are slices of memory: workers, which Lightning advises, would only copy them.
        warnings.filterwarnings("ignore", message=".*does not have many workers.*")
        # Lightning 2.6 builds a class that torch 2.13 deprecates; nothing here can avoid it.
        warnings.filterwarnings("ignore", message=".*LeafSpec.*", category=FutureWarning)
        state = resumable(folder / "last.ckpt")
        trainer.fit(module, loader, ckpt_path=state, weights_only=True if state else None)
    if not trainer.is_global_zero:
        return None
    best = seeded(make, config.seed)
    best.load_state_dict(module.best_weights)
    return Fit(best.eval(), module.history)


def seeded(make: Callable[[], Network], seed: int) -> Network:
    """Return a network with weights drawn from `seed`, the global random state left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def _trainer(config: TrainConfig, plan: Plan, folder: Path) -> Trainer:
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    options: dict[str, Any] = {
        "accelerator": config.accelerator,
        "devices": int(config.devices) if config.devices.isdigit() else config.devices,
        "strategy": config.strategy,
    }
    try:
        return Trainer(
            **options,
            max_epochs=plan.num_intervals,
            precision=config.precision,
            callbacks=[ResumableCheckpoint(folder / "last.ckpt"), Progress(plan.planned_steps)],
            logger=False,
            enable_checkpointing=True,
            enable_progress_bar=False,
            enable_model_summary=False,
            use_distributed_sampler=False,
            num_sanity_val_steps=0,
            default_root_dir=folder,
        )
    except (MisconfigurationException, TypeError, ValueError) as error:
        given = ", ".join(f"train.{name} {value!r}" for name, value in options.items())
        what = f"{given}: {str(error).splitlines()[0]}"
        raise ConfigError(what, allowed="auto, or what this machine has", where="params.yaml: train") from None
