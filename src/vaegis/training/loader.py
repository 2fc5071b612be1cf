"""Batches by slicing one permuted copy an epoch: no collation, no workers, and step k is always the same rows.

N rows of this rank, K latents.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from vaegis.data.batches import Batch
from vaegis.training.plan import Plan, share

_STREAMS: Final = {"rows": 0x9E3779B9, "noise": 0x85EBCA6B, "validation": 0xC2B2AE35}


@dataclass(frozen=True, slots=True)
class Step:
    """One rank's part of a global batch."""

    batch: Batch
    noise_NK: Tensor
    """Standard normal, the same for a row whatever the number of ranks."""
    global_rows: int
    """Rows of the global batch, over all ranks."""


class StepLoader:
    """The steps of one interval, from whatever step training has reached: resuming needs no replay.

    Everything random follows from (seed, epoch) or (seed, step), so a resumed run sees what it would have seen.
    """

    def __init__(
        self, rows: Batch, plan: Plan, *, seed: int, latent_dim: int, reached: Callable[[], tuple[int, int, int]]
    ) -> None:
        self._rows = rows
        self._plan = plan
        self._seed = seed
        self._latent_dim = latent_dim
        self._reached = reached
        self._epoch = -1
        self._permuted = rows

    def __len__(self) -> int:
        """Steps in an interval."""
        return self._plan.interval_steps

    def __iter__(self) -> Iterator[Step]:
        """Yield the next interval's steps; `reached` tells (steps done, rank, world size)."""
        first, rank, world = self._reached()
        for step in range(first, first + self._plan.interval_steps):
            yield self.step(step, rank, world)

    def step(self, step: int, rank: int = 0, world: int = 1) -> Step:
        """Return one rank's part of the global batch of a step."""
        epoch, start, stop = self._plan.span(step)
        if epoch != self._epoch:
            order_N = torch.randperm(self._rows.num_rows, generator=generator(self._seed, "rows", epoch))
            self._permuted, self._epoch = self._rows.take(order_N), epoch
        low, high = share(start, stop, rank, world)
        noise_NK = torch.randn(stop - start, self._latent_dim, generator=generator(self._seed, "noise", step))
        return Step(self._permuted.rows(low, high), noise_NK[low - start : high - start], stop - start)


def generator(seed: int, stream: str, index: int) -> torch.Generator:
    """Return a generator that depends on nothing but its arguments."""
    mixed = (seed * 0x9E3779B97F4A7C15 + _STREAMS[stream] * 0x100000001B3 + index) % (1 << 63)
    return torch.Generator().manual_seed(mixed)
