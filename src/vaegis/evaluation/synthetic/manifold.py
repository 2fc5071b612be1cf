"""Fidelity and diversity by nearest neighbours. R real points, M generated points, W coordinates, k neighbours.

precision, recall: Kynkaanniemi et al. 2019; density, coverage: Naeem et al. 2020, eq. 2 and 3. Balls are closed, so a
value that many rows share counts as covered by a row that has it.
"""

from typing import Final

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors

from vaegis.evaluation.bounds import Bounded, mean
from vaegis.evaluation.estimate import NotComputable

NEIGHBOURS: Final = 5
_BLOCK_ROWS: Final = 1_024
_ROUNDING: Final = 1e-7
"""Distances come from matrix products: equal points may seem this far apart."""


def manifold(real_RW: np.ndarray, made_MW: np.ndarray, k: int = NEIGHBOURS) -> dict[str, Bounded]:
    """Return precision, recall, density and coverage.

    precision: share of generated rows inside a real row's ball, whose radius is the distance to its k-th neighbour;
    recall: the same the other way round; density: how many real balls a generated row lies in, over k (1 in
    expectation for the same distribution); coverage: share of real balls that hold a generated row (1 - 2^-k).

    Raises:
        NotComputable: one side has no k neighbours.
    """
    if (least := min(len(real_RW), len(made_MW))) <= k:
        raise NotComputable(f"{least} rows have no {k} neighbours among themselves")
    real_R, made_M = _radii(real_RW, k), _radii(made_MW, k)
    inside_M = np.zeros(len(made_MW))
    reached_M = np.zeros(len(made_MW), dtype=bool)
    recalled_R, covered_R = np.zeros(len(real_RW), dtype=bool), np.zeros(len(real_RW), dtype=bool)
    for start in range(0, len(real_RW), _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        distance = euclidean_distances(real_RW[block], made_MW)
        in_real = distance <= real_R[block, None]
        inside_M += in_real.sum(axis=0)
        reached_M |= in_real.any(axis=0)
        covered_R[block] = in_real.any(axis=1)
        recalled_R[block] = (distance <= made_M).any(axis=1)
    return {
        "precision": mean(reached_M.astype(np.float64)),
        "recall": mean(recalled_R.astype(np.float64)),
        "density": mean(inside_M / k),
        "coverage": mean(covered_R.astype(np.float64)),
    }


def _radii(points_NW: np.ndarray, k: int) -> np.ndarray:
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(points_NW)
    return np.asarray(search.kneighbors()[0][:, -1]) + _ROUNDING
