"""Gaps between distributions by replicate, for their intervals. N and M rows, R replicates, T codes.

Values between two of a thousand thresholds count as ties: a gap costs by thresholds and not by rows.
"""

from typing import Final

import numpy as np

from vaegis.evaluation.bootstrap import Bootstrap
from vaegis.evaluation.halves import Two

THRESHOLDS: Final = 1_000


def gap_to_uniform(value_N: np.ndarray, draws: Bootstrap) -> np.ndarray:
    """Return the Kolmogorov-Smirnov distance of values in [0, 1] from uniform, (R,); NaN does not count."""
    code_N = _codes(value_N, np.arange(1, THRESHOLDS + 1) / THRESHOLDS)
    share_RT = np.cumsum(_shares(code_N, draws, THRESHOLDS), axis=1)
    return np.asarray(np.abs(share_RT - np.arange(1, THRESHOLDS + 1) / THRESHOLDS).max(axis=1))


def gap_between(here_N: np.ndarray, there_M: np.ndarray, draws: Two) -> np.ndarray:
    """Return the Kolmogorov-Smirnov distance of two samples of amounts, (R,); NaN does not count."""
    edges = np.unique(np.concatenate([here_N, there_M]))
    edges = edges[np.isfinite(edges)]
    if len(edges) > THRESHOLDS:
        edges = edges[np.linspace(0, len(edges) - 1, THRESHOLDS).round().astype(int)]
    difference_RT = _differences(_codes(here_N, edges), _codes(there_M, edges), draws, len(edges))
    return np.asarray(np.abs(np.cumsum(difference_RT, axis=1)).max(axis=1))


def variation_between(here_N: np.ndarray, there_M: np.ndarray, draws: Two) -> np.ndarray:
    """Return the total variation distance of two samples of codes, (R,); negative codes do not count."""
    known, code = np.unique(np.concatenate([here_N, there_M]), return_inverse=True)
    code = np.where(known[code] < 0, -1, code)
    difference_RT = _differences(code[: len(here_N)], code[len(here_N) :], draws, len(known))
    return np.asarray(0.5 * np.abs(difference_RT).sum(axis=1))


def _codes(values_N: np.ndarray, edges_T: np.ndarray) -> np.ndarray:
    """Return the first threshold that is not below each value, -1 for NaN."""
    return np.where(np.isnan(values_N), -1, np.minimum(np.searchsorted(edges_T, values_N), len(edges_T) - 1))


def _differences(here_N: np.ndarray, there_M: np.ndarray, draws: Two, width: int) -> np.ndarray:
    """Return how much larger the share of each code is here than there, (R, T)."""
    here_RT, there_RT = (_shares(code, one, max(1, width)) for code, one in zip((here_N, there_M), draws, strict=True))
    return np.asarray(here_RT - there_RT)


def _shares(code_N: np.ndarray, draws: Bootstrap, width: int) -> np.ndarray:
    """Return the share of each code among the rows that have one, (R, T); NaN where no row has."""
    known_N = code_N >= 0
    counts_RT = draws.among(known_N).counts(code_N[known_N], width)
    with np.errstate(invalid="ignore"):
        return np.asarray(counts_RT / counts_RT.sum(axis=1, keepdims=True))
