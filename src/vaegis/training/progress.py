"""One bar over the whole training; lines instead of a bar where nobody watches."""

import logging
from typing import Any, Final

from lightning.pytorch import Callback, Trainer
from tqdm import tqdm  # type: ignore[import-untyped]

from vaegis.training.module import TrainingModule

_LOG = logging.getLogger(__name__)
_LINES: Final = 10


class Progress(Callback):
    """Show steps done of steps planned and the last validation ELBO, on the first rank."""

    def __init__(self, planned_steps: int) -> None:
        self._planned_steps = planned_steps
        self._bar: Any = None
        self._said = 0

    def on_train_start(self, trainer: Trainer, pl_module: TrainingModule) -> None:
        """Open the bar where a resumed training stands."""
        del pl_module
        if trainer.is_global_zero:
            self._bar = tqdm(total=self._planned_steps, initial=trainer.global_step, unit="step", disable=None)
            self._said = _LINES * trainer.global_step // self._planned_steps

    def on_train_batch_end(self, trainer: Trainer, *_: Any) -> None:
        """Move the bar by a block of steps."""
        if self._bar is not None:
            self._bar.update(trainer.global_step - self._bar.n)

    def on_train_epoch_start(self, trainer: Trainer, pl_module: TrainingModule) -> None:
        """Say how the interval before ended: callbacks hear of an interval's end before the module does."""
        self._say(trainer, pl_module)

    def on_train_end(self, trainer: Trainer, pl_module: TrainingModule) -> None:
        """Say how the last interval ended and close the bar."""
        self._say(trainer, pl_module)
        if self._bar is not None:
            self._bar.close()

    def _say(self, trainer: Trainer, pl_module: TrainingModule) -> None:
        """Show the last validation ELBO; without a terminal, in ten lines over the training."""
        if self._bar is None or not pl_module.history.records:
            return
        elbo = pl_module.history.records[-1]["val/elbo"]
        self._bar.set_postfix_str(f"val/elbo {elbo:.3f}", refresh=False)
        tenth = _LINES * trainer.global_step // self._planned_steps
        if self._bar.disable and tenth > self._said:
            _LOG.info("step %d of %d: val/elbo %.3f nats per row", trainer.global_step, self._planned_steps, elbo)
            self._said = tenth
