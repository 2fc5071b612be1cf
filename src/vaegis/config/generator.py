"""The autoregressive generator: its network and how to fit it."""

from dataclasses import dataclass
from math import ceil

from vaegis.config.checks import keep_seed, one_of, typed, within
from vaegis.config.train import TrainConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class GeneratorConfig:
    """An autoregressive decoder over coded rows."""

    kind: str = "autoregressive"
    """`autoregressive`; or `none`: rows come from the latent prior and the columns' own likelihoods, which know nothing
    of each other beyond the latent."""
    seed: int = 0
    width: int = 0
    """Units a column in each layer; 0 takes 16 to 32, fewer where columns are many (about 640 in all)."""
    blocks: int = 2
    """Residual layers."""
    latent_dropout: float = 0.5
    """Share of training rows that see no latent: from them the table's own law is learnt."""
    epochs: int = 20
    """Passes over the training rows, within the bounds on steps."""
    min_steps: int = 1_000
    """Optimiser steps at least: a small table is read more often."""
    max_steps: int = 6_000
    """Optimiser steps at most: a large table is read less often, or in part."""
    batch_rows: int = 256
    """Rows in a global batch, over all devices."""
    learning_rate: float = 4e-3
    """Peak of the schedule (5 % linear rise, cosine to zero)."""
    weight_decay: float = 0.01
    """AdamW decay of weight matrices."""
    ema_decay: float = 0.998
    """Decay of the moving average of weights that is evaluated and kept."""

    def __post_init__(self) -> None:
        """Refuse values of another type or outside their range."""
        typed("generator", self)
        one_of("generator.kind", self.kind, ("autoregressive", "none"))
        for key in ("blocks", "epochs", "max_steps", "batch_rows"):
            within(f"generator.{key}", getattr(self, key), 1)
        within("generator.min_steps", self.min_steps, 1, self.max_steps)
        within("generator.learning_rate", self.learning_rate, 0.0, above=True)
        for key in ("width", "weight_decay"):
            within(f"generator.{key}", getattr(self, key), 0)
        keep_seed("generator", self)
        within("generator.ema_decay", self.ema_decay, 0.0, 0.99999)
        within("generator.latent_dropout", self.latent_dropout, 0.01, 0.99)

    def units(self, num_columns: int) -> int:
        """Return the units a column gets."""
        return self.width or max(16, min(32, 640 // num_columns // 8 * 8))

    @property
    def max_rows(self) -> int:
        """Training rows that are read at most."""
        return self.max_steps * self.batch_rows

    def training(self, num_rows: int, devices: TrainConfig) -> TrainConfig:
        """Return how `num_rows` rows are trained on: epochs within the bounds on steps, on the devices of another."""
        epoch_steps = ceil(num_rows / min(self.batch_rows, num_rows))
        most = max(1, self.max_steps // epoch_steps)
        epochs = min(max(self.epochs, ceil(self.min_steps / epoch_steps)), most)
        return TrainConfig(
            seed=self.seed,
            warmup=0.0,
            epochs=epochs,
            batch_rows=self.batch_rows,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            ema_decay=self.ema_decay,
            accelerator=devices.accelerator,
            devices=devices.devices,
            strategy=devices.strategy,
        )
