"""Gradients scaled down where they are long and skipped where they are outliers, without waiting for the device."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from vaegis.errors import TrainingError
from vaegis.training.optimizer import GuardedAdamW

OUTLIER: Final = 10.0
"""A gradient this many times longer than usual is skipped, if it is longer than what clipping allows, too."""
_WEIGHT: Final = 0.1
"""Weight of the newest norm in what is usual."""
_DECAY: Final = 0.99
"""What is usual falls by a hundredth a step at most: where long and short gradients alternate, long ones are usual."""
MOST_SKIPPED: Final = 0.01
"""Share of steps that may be skipped."""
ALWAYS_ALLOWED: Final = 10
"""Skipped steps that never end a training, however short."""


class GradientGuard:
    """Clips to a norm, and skips steps whose gradient is not finite or `OUTLIER` times longer than usual.

    One that clipping would not touch does no harm and passes: a latent that wakes up lengthens gradients a hundredfold.
    An outlier counts towards the usual as what would just have passed: where gradients grow for good, as under a rising
    beta, the limit follows within some steps. Ranks see the same averaged gradients, so they decide the same.
    """

    def __init__(self, clip_norm: float) -> None:
        self._clip_norm = clip_norm
        self.limit: Tensor | None = None
        """Longest norm that passes; None before the first step."""

    @torch.no_grad()
    def judge(self, optimizer: GuardedAdamW, gradients: Sequence[Tensor]) -> Tensor:
        """Tell the optimiser how to take its next step; return whether it will, as a tensor on the device."""
        norm = torch.linalg.vector_norm(torch.stack(_norms(gradients)))
        if self.limit is None:
            unknown = OUTLIER * self._clip_norm
            self.limit = OUTLIER * torch.nan_to_num(norm, nan=unknown, posinf=unknown).clamp_min(self._clip_norm)
        passes: Tensor = norm <= self.limit
        usual = torch.fmin(norm, self.limit)  # of NaN and a number, the number
        moved = torch.lerp(self.limit, OUTLIER * usual, _WEIGHT)
        self.limit = torch.maximum(moved, _DECAY * self.limit).clamp_min(self._clip_norm)
        optimizer.grad_scale = (norm / self._clip_norm).clamp_min(1.0)
        optimizer.found_inf = passes.logical_not().float()
        return passes


def _norms(gradients: Sequence[Tensor]) -> list[Tensor]:
    """Return all norms in one kernel; torch's own total norm sorts the tensors by device first, which costs as much."""
    return list(torch._foreach_norm(list(gradients)))  # noqa: SLF001 - public in the optimisers only


def require_few_skips(skipped: int, steps: int) -> None:
    """Raise `TrainingError` if more steps were skipped than chance explains."""
    if skipped > max(ALWAYS_ALLOWED, MOST_SKIPPED * steps):
        raise TrainingError(
            f"{skipped} of {steps} steps were skipped: gradients not finite or {OUTLIER:g} times longer than usual",
            allowed=f"{MOST_SKIPPED:.0%} of the steps, {ALWAYS_ALLOWED} in any case",
            where="params.yaml: train.learning_rate (lower) or train.min_sigma (higher); or rows with absurd values",
        )
