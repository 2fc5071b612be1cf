"""Paired draws: both models lose and gain the same blocks of rows, so what they share cancels.

N rows, P rows with faults.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import Bootstrap

MOST_BLOCKS: Final = 500
"""More blocks are dealt into so many: of independent rows that is still a bootstrap, at a bounded price."""


def deal(key_N: np.ndarray, key_P: np.ndarray, seed: int, resamples: int) -> tuple[Bootstrap, np.ndarray]:
    """Make blocks of the distinct keys; return draws of the rows, and the block of each fault.

    The first draw is the rows as they are. A fault's row belongs where the row it was made from does.
    """
    distinct = np.unique(key_N)
    place = np.arange(len(distinct)) % min(len(distinct), MOST_BLOCKS)
    draws = Bootstrap.of_blocks(place[np.searchsorted(distinct, key_N)], resamples, seed)
    counts_RB = np.vstack([np.ones(draws.num_blocks), draws.counts_RB])
    return replace(draws, counts_RB=counts_RB), place[np.searchsorted(distinct, key_P)]
