"""How sure a figure is that rows drawn twice would bias: it is found for halves of the rows. N rows, H halves.

Drawn with replacement, a largest gap grows and a row becomes its own neighbour. A half drawn without replacement is a
smaller sample of the same law. From half to half a figure varies as it does from sample to sample of all n rows, since
(1 - 1/2) / (n / 2) = 1 / n (delete-d jackknife, Shao & Wu 1989; subsampling, Politis & Romano 1994). What a half gains
or loses by being smaller is common to all halves, so that their spread knows nothing of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.stats import t

from vaegis.evaluation.bootstrap import LEVEL, Bootstrap
from vaegis.evaluation.estimate import Interval

HALVES: Final = 40
"""So many show their spread to a ninth of itself; Student's t allows for that."""
_WIDTH: Final = float(t.ppf(0.5 + LEVEL / 2.0, HALVES - 1))

Two = tuple[Bootstrap, Bootstrap]
"""Draws of one table and, as many, of another."""


def halve(draws: Bootstrap, seed: int) -> Bootstrap:
    """Return random halves of the same blocks: each is drawn once or not at all; none where the bootstrap has none."""
    number, blocks = HALVES if len(draws.counts_RB) else 0, draws.num_blocks
    # Of an odd number of blocks every other half has one more, so that the identity above holds on average.
    size_H = blocks // 2 + (np.arange(number) % 2) * (blocks % 2)
    place_HB = np.random.default_rng([seed, blocks]).permuted(np.tile(np.arange(blocks), (number, 1)), axis=1)
    return replace(draws, counts_RB=(place_HB < size_H[:, None]).astype(np.float64))


def together(first: Bootstrap, second: Bootstrap) -> Two:
    """Return the halves of two tables, to be taken one by one; of neither if one has too few blocks."""
    number = min(len(first.counts_RB), len(second.counts_RB))
    return replace(first, counts_RB=first.counts_RB[:number]), replace(second, counts_RB=second.counts_RB[:number])


def masks(halves: Bootstrap) -> Iterator[np.ndarray]:
    """Yield which rows lie in each half, (N,)."""
    return (inside_B[halves.block_N] for inside_B in halves.counts_RB > 0)


def spread(value: float, figure_H: np.ndarray, least: float = -np.inf, most: float = np.inf) -> Interval:
    """Return the interval of a figure from those of the halves, cut to its range; None without enough finite ones."""
    known_H = figure_H[np.isfinite(figure_H)]
    if len(known_H) < max(2.0, 0.9 * len(figure_H)):
        return None
    half = _WIDTH * float(known_H.std(ddof=1))
    return max(least, value - half), min(most, value + half)
