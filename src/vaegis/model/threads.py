"""How many CPU threads a network gets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch
from torch import nn

SMALL_NETWORK: Final = 1_000_000
"""Parameters below which one CPU thread is faster than several on a busy machine, and hardly slower on an idle one."""


@contextmanager
def few_threads(network: nn.Module) -> Iterator[None]:
    """Run the block on one thread if the network is small: several wait for each other wherever cores are shared.

    The number belongs to the thread that asks, so callers in several do not disturb each other.
    """
    before = torch.get_num_threads()
    if sum(parameter.numel() for parameter in network.parameters()) < SMALL_NETWORK:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
