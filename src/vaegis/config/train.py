"""Sections `train` and `baseline`: network, objective, optimisation."""

from dataclasses import dataclass, field
from math import ceil, log2
from typing import Any, ClassVar, Self

from vaegis.config.checks import keep_seed, one_of, typed, within


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
    prior: str = "normal"
    """Where latents are drawn from: `normal`, N(0, I), which training assumes; or what is fitted after training to
    where it put the rows, for a beta below 1 or a posterior that does not fill the normal: a `mixture` of Gaussians, or
    a `flow` of splines (needs `vaegis[flow]`)."""
    beta: float = 1.0
    """Weight of the KL term once warmed up; 1 is the ELBO."""
    warmup: float = 0.25
    """Share of planned steps over which beta rises from 0."""
    free_bits: float = 0.0
    """Nats a latent dimension may carry for nothing: below them no gradient pushes its KL further down."""
    collapse: str = "warn"
    """What follows a posterior collapse, looked for after warm-up: `warn`, or besides `free_bits` (0.25 nats a latent
    dimension) or `lower_beta` (to a tenth, of 1 at most)."""
    epochs: int = 20
    """Passes over the training rows, at most."""
    batch_rows: int = 512
    """Rows in a global batch, over all devices."""
    learning_rate: float = 2e-3
    """Peak of the schedule (5 % linear rise, cosine to zero)."""
    weight_decay: float = 1e-4
    """AdamW decay of weight matrices; none on biases, norms and sigmas."""
    clip_norm: float = 10.0
    """Gradient norm above which gradients are scaled down; ten times longer than usual, a step is skipped."""
    ema_decay: float = 0.999
    """Decay of the moving average of weights that is evaluated and kept."""
    patience: int = 8
    """Validation intervals without improvement before stopping."""
    interval_steps: int = 300
    """Optimiser steps between validations and checkpoints; at most one epoch, or 50 steps where that is less."""
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
    precision: str = "32-true"
    """`32-true`, or `bf16-mixed` on hardware that has it: sums, weights and what is kept stay float32."""
    compile: bool = False
    """Compile the network: some minutes' start-up, for long trainings on a GPU."""

    @classmethod
    def for_rows(cls, num_rows: int, num_columns: int, **overrides: Any) -> Self:
        """Choose sizes for a table of so many training rows and feature columns; what is given is kept.

        Steps make a model, not epochs: 600 for the smallest tables, which overfit beyond (early stopping catches them),
        4 a row, 4,000 from a thousand rows on or one pass if that is more. Batches grow with the root of the rows:
        noise regularises a small table, a large one is read faster in large ones. The average of weights remembers a
        fiftieth of the steps, and validation comes forty times.
        """
        usual = min(4_096, max(32, 2 ** round(log2(2 * max(1, num_rows) ** 0.5))))
        batch_rows = cls(**{"batch_rows": usual, **overrides}).batch_rows
        epoch_steps = ceil(num_rows / batch_rows)
        steps = max(epoch_steps, min(4_000, max(600, 4 * num_rows)))
        chosen = {
            "latent_dim": min(16, max(2, num_columns // 2)),
            "hidden": [128, 64] if num_columns <= 64 else [256, 128],
            "batch_rows": batch_rows,
            "epochs": ceil(steps / epoch_steps),
            "interval_steps": min(300, max(25, steps // 40)),
            "ema_decay": min(0.999, 1.0 - 50.0 / steps),
        }
        return cls(**{**chosen, **overrides})

    def __post_init__(self) -> None:
        """Refuse values of another type or outside their range."""
        typed(self.section, self)
        one_of(f"{self.section}.kind", self.kind, ("vae", "autoencoder"))
        one_of(f"{self.section}.prior", self.prior, ("normal", "mixture", "flow"))
        one_of(f"{self.section}.collapse", self.collapse, ("warn", "free_bits", "lower_beta"))
        one_of(f"{self.section}.precision", self.precision, ("32-true", "bf16-mixed"))
        for key in ("latent_dim", "epochs", "batch_rows", "patience", "interval_steps", "max_levels"):
            within(f"{self.section}.{key}", getattr(self, key), 1)
        for key in ("learning_rate", "clip_norm", "min_sigma"):
            within(f"{self.section}.{key}", getattr(self, key), 0.0, above=True)
        for key in ("beta", "free_bits", "weight_decay"):
            within(f"{self.section}.{key}", getattr(self, key), 0.0)
        keep_seed(self.section, self)
        within(f"{self.section}.warmup", self.warmup, 0.0, 1.0)
        within(f"{self.section}.ema_decay", self.ema_decay, 0.0, 0.99999)
        within(f"{self.section}.hidden (layers)", len(self.hidden), 1)
        for width in self.hidden:
            within(f"{self.section}.hidden", width, 1)
