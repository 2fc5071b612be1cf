"""AdamW and its schedule."""

import math

from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from vaegis.config.train import TrainConfig

RISE = 0.05
"""Share of planned steps over which the learning rate rises."""


def make_optimizer(network: nn.Module, config: TrainConfig, planned_steps: int) -> tuple[AdamW, LambdaLR]:
    """Return fused AdamW (decay on matrices only) and a linear rise followed by a cosine fall to zero."""
    matrices = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": config.weight_decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = AdamW(groups, lr=config.learning_rate, fused=True)
    return optimizer, LambdaLR(optimizer, lambda step: learning_rate_factor(step, planned_steps))


def learning_rate_factor(step: int, planned_steps: int) -> float:
    """Return the share of the peak learning rate used by the update after `step` steps."""
    rise = max(1, round(RISE * planned_steps))
    if step < rise:
        return (step + 1) / rise
    progress = min(1.0, (step - rise) / max(1, planned_steps - rise))
    return 0.5 * (1.0 + math.cos(math.pi * progress))
