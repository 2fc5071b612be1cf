"""Rows given some of their columns: exact where these come first, by rejection or importance weights elsewhere.

A column drawn after a given one knows it; one drawn before does not, and forcing the later one would ignore that. So
the given columns that lead the order are put, and for the others rows are drawn until they agree (where at least 1 %
do), or their values are put, too, and rows resampled by how probable those were (Rubin 1988).
N rows, X columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from typing import Final

import numpy as np
import torch

from vaegis.generation.draw import BLOCK_ROWS, Block, Drawer

MIN_ACCEPTED: Final = 0.01
"""Share of drawn rows that must agree for rejection to be worth its draws."""
EFFECTIVE: Final = 2.0
"""Effective draws for each row that is asked for, before importance weights are resampled."""
MAX_BLOCKS: Final = 512
"""Blocks drawn for one combination of given values, at most: about a million rows."""


@dataclass(frozen=True, slots=True)
class Conditioned:
    """Drawn rows and how they came about."""

    codes_NX: np.ndarray
    inside_NX: np.ndarray
    method: str
    """`exact`, `rejection` or `importance`."""
    effective_rows: float
    """Independent rows that the drawn ones are worth, before resampling; the number asked for if none was weighted."""
    drawn_rows: int
    """Rows that were drawn for them."""


def draw_given(drawer: Drawer, wanted: Mapping[int, np.ndarray], num_rows: int, seed: int) -> Conditioned:
    """Draw one row for each row of the `wanted` codes (by column)."""
    leading = next(x for x in count() if x not in wanted)
    if leading == len(wanted):
        fixed = {x: torch.from_numpy(codes_N.astype(np.int64)) for x, codes_N in wanted.items()}
        blocks = list(drawer.rows(num_rows, seed, fixed=fixed))
        return _joined(blocks, "exact", float(num_rows), num_rows)
    combinations, of_row_N = np.unique(np.stack(list(wanted.values()), axis=1), axis=0, return_inverse=True)
    of_row_N = of_row_N.reshape(-1)
    groups = [
        _group(drawer, dict(zip(wanted, codes.tolist(), strict=True)), int((of_row_N == g).sum()), leading, (seed, g))
        for g, codes in enumerate(combinations)
    ]
    order = np.argsort(np.argsort(of_row_N, kind="stable"), kind="stable")
    methods = {group.method for group in groups}
    return Conditioned(
        np.concatenate([group.codes_NX for group in groups])[order],
        np.concatenate([group.inside_NX for group in groups])[order],
        "importance" if "importance" in methods else "rejection",
        sum(group.effective_rows for group in groups),
        sum(group.drawn_rows for group in groups),
    )


def _group(
    drawer: Drawer, wanted: Mapping[int, int], num_rows: int, leading: int, seed: tuple[int, int]
) -> Conditioned:
    """Draw rows that all share the wanted codes."""
    codes = {x: torch.tensor(code) for x, code in wanted.items()}
    first = {x: code for x, code in codes.items() if x < leading}
    kept: list[Block] = []
    for number, block in enumerate(islice(drawer.blocks(*seed, fixed=first), MAX_BLOCKS), start=1):
        agree_N = np.all([block.codes_NX[:, x] == code for x, code in wanted.items()], axis=0)
        kept.append(_cut(block, np.flatnonzero(agree_N)))
        accepted = sum(len(part.codes_NX) for part in kept)
        if accepted < MIN_ACCEPTED * number * BLOCK_ROWS:
            break
        if accepted >= num_rows:
            joined = _joined(kept, "rejection", float(num_rows), number * BLOCK_ROWS)
            return _first(joined, num_rows)
    return _weighted(drawer.blocks(*seed, 1, fixed=codes), num_rows, seed)


def _weighted(blocks: Iterator[Block], num_rows: int, seed: tuple[int, int]) -> Conditioned:
    """Resample rows whose given codes were put, by the probability of these."""
    drawn: list[Block] = []
    weights: list[np.ndarray] = []
    total = square = reference = 0.0
    for block in islice(blocks, MAX_BLOCKS):
        reference = reference if drawn else float(block.log_prob_N.max())
        drawn.append(block)
        weights.append(np.exp(block.log_prob_N - reference))
        total, square = total + weights[-1].sum(), square + np.square(weights[-1]).sum()
        if total**2 >= EFFECTIVE * num_rows * square:
            break
    random = np.random.default_rng((0, *seed))
    # Systematic: a row comes as often as its weight says, up to one; a row that comes twice differs inside its bins.
    points = (random.random() + np.arange(num_rows)) / num_rows
    reached = np.cumsum(np.concatenate(weights)) / total
    chosen = random.permutation(np.minimum(np.searchsorted(reached, points, side="right"), len(reached) - 1))
    codes_NX = np.concatenate([block.codes_NX for block in drawn])[chosen]
    return Conditioned(codes_NX, random.random(codes_NX.shape), "importance", float(total**2 / square), len(reached))


def _cut(block: Block, index: np.ndarray) -> Block:
    return Block(block.codes_NX[index], block.inside_NX[index], block.log_prob_N[index])


def _first(drawn: Conditioned, num_rows: int) -> Conditioned:
    return Conditioned(
        drawn.codes_NX[:num_rows], drawn.inside_NX[:num_rows], drawn.method, drawn.effective_rows, drawn.drawn_rows
    )


def _joined(blocks: list[Block], method: str, effective: float, drawn: int) -> Conditioned:
    codes_NX = np.concatenate([block.codes_NX for block in blocks])
    inside_NX = np.concatenate([block.inside_NX for block in blocks])
    return Conditioned(codes_NX, inside_NX, method, effective, drawn)
