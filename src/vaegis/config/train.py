"""Sections `train` and `baseline`: network, objective, optimisation."""

from dataclasses import dataclass, field
from typing import ClassVar

from vaegis.config.checks import one_of, within


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainConfig:
    """A variational autoencoder (or its deterministic twin) and how to fit it."""

    section: ClassVar[str] = "train"
    kind: str = "vae"
    """`vae`, or `autoencoder`: the same network with a point posterior and no KL."""
    seed: int = 0
    latent_dim: int = 8
    """Latent dimensions."""
    hidden: list[int] = field(default_factory=lambda: [128, 64])
    """Widths of the encoder's hidden layers; the decoder mirrors them."""
    beta: float = 1.0
    """Weight of the KL term once warmed up; 1 is the ELBO."""
    warmup: float = 0.25
    """Share of planned steps over which beta rises from 0."""
    epochs: int = 20
    """Passes over the training rows, at most."""
    batch_rows: int = 512
    """Rows in a global batch, over all devices."""
    learning_rate: float = 2e-3
    """Peak of the schedule (5 % linear rise, cosine to zero)."""
    weight_decay: float = 1e-4
    """AdamW decay of weight matrices; none on biases, norms and sigmas."""
    clip_norm: float = 10.0
    """Gradient norm above which gradients are scaled down."""
    ema_decay: float = 0.999
    """Decay of the moving average of weights that is evaluated and kept."""
    patience: int = 8
    """Validation intervals without improvement before stopping."""
    interval_steps: int = 300
    """Optimiser steps between validations and checkpoints, at most one epoch."""
    min_sigma: float = 0.02
    """Floor of a numeric column's predicted standard deviation, in training standard deviations."""
    likelihoods: dict[str, str] = field(default_factory=dict)
    """Column to family of distributions, before its tag `likelihood`; its kind's own where neither says."""
    max_levels: int = 100
    """Levels kept of a category, the most frequent; all others share one. More cost memory and hold few rows each."""
    accelerator: str = "auto"
    devices: str = "auto"
    """Lightning's `devices`: `auto` or a number; two GPUs mean DDP."""
    strategy: str = "auto"

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        one_of(f"{self.section}.kind", self.kind, ("vae", "autoencoder"))
        for key in ("latent_dim", "epochs", "batch_rows", "patience", "interval_steps", "max_levels"):
            within(f"{self.section}.{key}", getattr(self, key), 1)
        for key in ("learning_rate", "clip_norm", "min_sigma"):
            within(f"{self.section}.{key}", getattr(self, key), 0.0, above=True)
        for key in ("beta", "weight_decay", "seed"):
            within(f"{self.section}.{key}", getattr(self, key), 0.0)
        within(f"{self.section}.warmup", self.warmup, 0.0, 1.0)
        within(f"{self.section}.ema_decay", self.ema_decay, 0.0, 0.99999)
        within(f"{self.section}.hidden (layers)", len(self.hidden), 1)
        for width in self.hidden:
            within(f"{self.section}.hidden", width, 1)
