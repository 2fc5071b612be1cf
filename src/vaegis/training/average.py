"""Exponential moving average of weights."""

import torch
from torch import Tensor


def decay_at(updates: int, decay: float) -> float:
    """Return the decay of update number `updates` (from 1): it ramps up, so that early weights are soon forgotten."""
    return min(decay, (1.0 + updates) / (10.0 + updates))


@torch.no_grad()
def fold_in(averaged: list[Tensor], current: list[Tensor], decay: float) -> None:
    """Move averages towards the current weights, all in one kernel.

    torch's AveragedModel does the same, but walks the module tree and reads its counter from the device each step.
    """
    torch._foreach_lerp_(averaged, current, 1.0 - decay)
