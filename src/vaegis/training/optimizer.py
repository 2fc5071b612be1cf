"""AdamW and its schedule."""

import math

from torch import Tensor, nn
from torch.optim import AdamW

from vaegis.config.train import TrainConfig

RISE = 0.05
"""Share of planned steps over which the learning rate rises."""


class GuardedAdamW(AdamW):
    """Fused AdamW that is told on the device how to take a step.

    The fused kernels divide gradients by `grad_scale` and do nothing where `found_inf` is 1: made for loss scaling,
    they clip and skip within the pass over the weights that the update needs anyhow.
    """

    grad_scale: Tensor | None = None
    found_inf: Tensor | None = None

    def set_rate(self, rate: float) -> None:
        """Set the learning rate of the next step."""
        for group in self.param_groups:
            group["lr"] = rate


def make_optimizer(network: nn.Module, config: TrainConfig) -> GuardedAdamW:
    """Return fused AdamW with decay on matrices only."""
    matrices = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": config.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return GuardedAdamW(groups, lr=config.learning_rate, fused=True)


def learning_rate_factor(step: int, planned_steps: int) -> float:
    """Return the share of the peak learning rate used by the update after `step` steps: a rise, a cosine fall to zero.

    It is a function of the step alone, so a resumed training needs no state of it.
    """
    rise = max(1, round(RISE * planned_steps))
    if step < rise:
        return (step + 1) / rise
    progress = min(1.0, (step - rise) / max(1, planned_steps - rise))
    return 0.5 * (1.0 + math.cos(math.pi * progress))
