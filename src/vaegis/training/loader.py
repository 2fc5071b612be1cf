"""Batches by slicing one permuted copy an epoch: no collation, no workers, and step k is always the same rows.

Steps come in blocks: what Lightning does around a batch costs a good part of a small step, and between ranks it waits
for the device; so it is done once a block. Rows lie on the device where they fit. N rows of this rank, K latents.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final

import torch
from torch import Tensor

from vaegis.data.batches import Batch
from vaegis.training.plan import Plan, share

BLOCK_STEPS: Final = 25
"""Steps in a block, at most."""
_CPU: Final = torch.device("cpu")
_STREAMS: Final = {"rows": 0x9E3779B9, "noise": 0x85EBCA6B, "validation": 0xC2B2AE35}


@dataclass(frozen=True, slots=True)
class Step:
    """One rank's part of a global batch."""

    number: int
    """Steps that were done before it."""
    batch: Batch
    noise_NK: Tensor
    """Standard normal, the same for a row whatever the number of ranks."""
    global_rows: int
    """Rows of the global batch, over all ranks."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where training stands."""

    step: int = 0
    """Steps done."""
    rank: int = 0
    world: int = 1
    """Number of ranks."""
    device: torch.device = _CPU


class StepLoader:
    """The steps of one interval, from whatever step training has reached: resuming needs no replay.

    Everything random follows from (seed, epoch) or (seed, step), so a resumed run sees what it would have seen.
    """

    def __init__(self, rows: Batch, plan: Plan, *, seed: int, latent_dim: int, reached: Callable[[], Place]) -> None:
        self._rows = rows
        self._plan = plan
        self._seed = seed
        self._latent_dim = latent_dim
        self._reached = reached
        self._epoch = -1
        self._permuted = rows

    def __len__(self) -> int:
        """Blocks in an interval."""
        return ceil(self._plan.interval_steps / BLOCK_STEPS)

    def __iter__(self) -> Iterator[list[Step]]:
        """Yield the next interval's steps in blocks."""
        place = self._reached()
        last = place.step + self._plan.interval_steps
        for first in range(place.step, last, BLOCK_STEPS):
            yield [self.step(step, place) for step in range(first, min(first + BLOCK_STEPS, last))]

    def state_dict(self) -> dict[str, int]:
        """Return nothing: where an interval starts is asked, not kept. Lightning takes it for resumable by this."""
        return {}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Restore nothing."""

    def step(self, number: int, place: Place) -> Step:
        """Return one rank's part of the global batch of a step."""
        epoch, start, stop = self._plan.span(number)
        if epoch != self._epoch:
            order_N = torch.randperm(self._rows.num_rows, generator=generator(self._seed, "rows", epoch))
            self._rows, self._permuted = _permuted(self._rows, order_N, place.device)
            self._epoch = epoch
        low, high = share(start, stop, place.rank, place.world)
        random = generator(self._seed, "noise", number, place.device)
        noise_NK = torch.randn(stop - start, self._latent_dim, generator=random, device=place.device)
        batch = self._permuted.rows(low, high).to(place.device)
        return Step(number, batch, noise_NK[low - start : high - start], stop - start)


def generator(seed: int, stream: str, index: int, device: torch.device = _CPU) -> torch.Generator:
    """Return a generator that depends on nothing but its arguments."""
    mixed = (seed * 0x9E3779B97F4A7C15 + _STREAMS[stream] * 0x100000001B3 + index) % (1 << 63)
    return torch.Generator(device).manual_seed(mixed)


def _permuted(rows: Batch, order_N: Tensor, device: torch.device) -> tuple[Batch, Batch]:
    """Return the rows and a permuted copy, both on the device if it has room for them, else where they are."""
    try:
        there = rows.to(device)
        return there, there.take(order_N.to(device))
    except torch.OutOfMemoryError:
        return rows, rows.take(order_N)
