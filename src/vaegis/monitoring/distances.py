"""How far a window's rows are from their centre's: one function a kind of feature. W windows, K bins, Q moments.

Every function takes sums over windows and over their centres, WK, and returns one number a window, (W,); NaN where a
side has no rows. 0 is the same, more is further; all but the last two end at 1. A column that has lost all its values
is as far as can be.
"""

from collections.abc import Callable

import numpy as np

Distance = Callable[[np.ndarray, np.ndarray], np.ndarray]


def shift_of_numbers(window_WK: np.ndarray, centre_WK: np.ndarray) -> np.ndarray:
    """Return Kolmogorov and Smirnov's distance of the values that are there, over the bins' edges."""
    gaps_WK = np.cumsum(_shares(window_WK[:, :-1]) - _shares(centre_WK[:, :-1]), axis=1)
    return _or_empty(np.abs(gaps_WK).max(axis=1), window_WK, centre_WK)


def shift_of_levels(window_WK: np.ndarray, centre_WK: np.ndarray) -> np.ndarray:
    """Return the total variation of the levels that are there."""
    apart_WK = _shares(window_WK[:, :-1]) - _shares(centre_WK[:, :-1])
    return _or_empty(0.5 * np.abs(apart_WK).sum(axis=1), window_WK, centre_WK)


def missing(window_WC: np.ndarray, centre_WC: np.ndarray) -> np.ndarray:
    """Return the largest change in a column's share of missing cells; the sums carry their number of rows last."""
    return np.asarray(np.abs(_means(window_WC) - _means(centre_WC)).max(axis=1))


def more_missing(window_WC: np.ndarray, centre_WC: np.ndarray) -> np.ndarray:
    """Return by how much more of a column's cells are missing, of the column with the most."""
    return np.asarray((_means(window_WC) - _means(centre_WC)).max(axis=1))


def rise_of_scores(window_WK: np.ndarray, centre_WK: np.ndarray) -> np.ndarray:
    """Return how much oftener a window's row scores higher than one of the centre than lower (Somers' D)."""
    window_WK, centre_WK = _shares(window_WK), _shares(centre_WK)
    below_WK = np.cumsum(centre_WK, axis=1) - centre_WK
    above_WK = 1.0 - below_WK - centre_WK
    return np.asarray((window_WK * (below_WK - above_WK)).sum(axis=1))


def tail_of_scores(window_WK: np.ndarray, centre_WK: np.ndarray) -> np.ndarray:
    """Return by how much more rows score like the highest hundredth of the calibration rows."""
    return np.asarray(_shares(window_WK)[:, -1] - _shares(centre_WK)[:, -1])


def mean_discrepancy(window_WE: np.ndarray, centre_WE: np.ndarray) -> np.ndarray:
    """Return the distance of mean embeddings; the sums carry their number of rows in a last column."""
    return np.asarray(np.linalg.norm(_means(window_WE) - _means(centre_WE), axis=1))


def told_apart(window_WQ: np.ndarray, centre_WQ: np.ndarray) -> np.ndarray:
    """Return how far apart a linear discriminant that learned on half of the rows puts the other half, in deviations.

    The two halves' moments stand side by side, each with its number of rows last. Moments are white on the reference,
    so the direction is the difference of means (Fisher 1936) and a row's place on it has deviation 1; of two normal
    groups d apart AUROC is the normal distribution at d / sqrt(2).
    """
    half = window_WQ.shape[1] // 2
    first_WQ = _means(window_WQ[:, :half]) - _means(centre_WQ[:, :half])
    second_WQ = _means(window_WQ[:, half:]) - _means(centre_WQ[:, half:])
    product_W = (first_WQ * second_WQ).sum(axis=1)
    learned = [product_W / np.maximum(np.linalg.norm(part, axis=1), 1e-12) for part in (first_WQ, second_WQ)]
    return np.asarray(np.mean(learned, axis=0))


def _or_empty(distance_W: np.ndarray, window_WK: np.ndarray, centre_WK: np.ndarray) -> np.ndarray:
    """Return 1 where one side has rows but no values, 0 where neither has values; NaN where a side has no rows."""
    sides = (window_WK, centre_WK)
    own_W, other_W = (side_WK[:, :-1].sum(axis=1) > 0 for side_WK in sides)
    distance_W = np.where(own_W & other_W, distance_W, (own_W ^ other_W).astype(float))
    return np.where(np.all([side_WK.sum(axis=1) > 0 for side_WK in sides], axis=0), distance_W, np.nan)


def _shares(counts_WK: np.ndarray) -> np.ndarray:
    total_W1 = counts_WK.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(counts_WK, total_W1, out=np.full(counts_WK.shape, np.nan), where=total_W1 > 0))


def _means(sums_WE: np.ndarray) -> np.ndarray:
    rows_W1 = sums_WE[:, -1:]
    return np.asarray(np.divide(sums_WE, rows_W1, out=np.full(sums_WE.shape, np.nan), where=rows_W1 > 0)[:, :-1])
