"""Draw codes column by column, in blocks of a fixed length. N rows, X columns, V levels, K latents.

What a block holds follows from the seed and the block's number alone, so the same seed gives the same rows however they
are cut, and a shorter table is the beginning of a longer one. A block is always computed whole: a matrix product may
round another way for another number of rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from vaegis.data.codec import TableCodec
from vaegis.model.autoregressive import AutoregressiveNetwork
from vaegis.model.incremental import Incremental
from vaegis.model.threads import few_threads

BLOCK_ROWS: Final = 1_024


@dataclass(frozen=True, slots=True)
class Block:
    """Rows as codes."""

    codes_NX: np.ndarray
    inside_NX: np.ndarray
    """Uniform numbers that choose values inside bins."""
    log_prob_N: np.ndarray
    """Log-probability, nats, of the fixed codes given the codes drawn before them."""


class Drawer:
    """A network ready to draw; a level that training never saw is never drawn."""

    def __init__(self, codec: TableCodec, network: AutoregressiveNetwork) -> None:
        self._network, self._model = network, Incremental(network)
        self._possible = [torch.as_tensor(code.mass_L > 0.0) for code in codec.codes]

    def blocks(self, *seed: int, fixed: Mapping[int, Tensor] | None = None) -> Iterator[Block]:
        """Yield blocks without end; `fixed` columns (one code for all rows) are put, not drawn."""
        number = 0
        while True:
            with few_threads(self._network):
                block = self._block((*seed, number), fixed or {})
            yield block
            number += 1

    def rows(
        self, num_rows: int, *seed: int, fixed: Mapping[int, Tensor] | None = None, z_NK: Tensor | None = None
    ) -> Iterator[Block]:
        """Yield blocks of `num_rows` in all, the last one cut; `fixed` codes and latents are given by row."""
        for number, start in enumerate(range(0, num_rows, BLOCK_ROWS)):
            part = {x: _padded(codes_N[start : start + BLOCK_ROWS]) for x, codes_N in (fixed or {}).items()}
            latents_NK = None if z_NK is None else _padded(z_NK[start : start + BLOCK_ROWS])
            rows = min(BLOCK_ROWS, num_rows - start)
            with few_threads(self._network):
                block = self._block((*seed, number), part, latents_NK)
            yield Block(block.codes_NX[:rows], block.inside_NX[:rows], block.log_prob_N[:rows])

    def _block(self, seed: tuple[int, ...], fixed: Mapping[int, Tensor], z_NK: Tensor | None = None) -> Block:
        num_columns = len(self._possible)
        random = np.random.default_rng((len(seed), *seed))  # numpy takes (1, 0) for (1): seeds are told apart by length
        uniform_NX = torch.from_numpy(random.random((BLOCK_ROWS, num_columns), dtype=np.float32))
        codes_NX = torch.empty(BLOCK_ROWS, num_columns, dtype=torch.int64)
        log_prob_N = torch.zeros(BLOCK_ROWS)
        walk = self._model.start(BLOCK_ROWS, z_NK)
        for x in range(num_columns):
            log_prob_NV = walk.log_prob_NV(x)
            if x in fixed:
                codes_NX[:, x] = fixed[x]
                log_prob_N += log_prob_NV.gather(1, codes_NX[:, x : x + 1]).squeeze(1)
            else:
                codes_NX[:, x] = pick(log_prob_NV.exp() * self._possible[x], uniform_NX[:, x])
            walk.put(x, codes_NX[:, x])
        return Block(codes_NX.numpy(), random.random((BLOCK_ROWS, num_columns)), log_prob_N.double().numpy())


def pick(mass_NV: Tensor, uniform_N: Tensor) -> Tensor:
    """Return a level of each row in proportion to its mass; one without mass is never picked."""
    cumulated_NV = mass_NV.cumsum(1)
    # Just below the total: a product that rounds up to it would point behind the last level that has mass.
    target_N1 = torch.minimum(uniform_N[:, None] * cumulated_NV[:, -1:], cumulated_NV[:, -1:] * (1 - 2**-23))
    return torch.searchsorted(cumulated_NV, target_N1, right=True).squeeze(1)


def _padded(rows: Tensor) -> Tensor:
    """Repeat the last row up to a whole block."""
    return (
        rows
        if len(rows) == BLOCK_ROWS
        else torch.cat([rows, rows[-1:].expand(BLOCK_ROWS - len(rows), *rows.shape[1:])])
    )
