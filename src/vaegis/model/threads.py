"""How many CPU threads a network gets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch
from torch import nn

SMALL_NETWORK: Final = 4_000_000
"""Parameters below which a network gets one CPU thread. On two cores and eight processes two
took three times as long as one, and seven times the CPU time. One thread also sums in one order: the same bytes on any
number of cores."""


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
