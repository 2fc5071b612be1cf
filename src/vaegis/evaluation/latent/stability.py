"""Whether two fits say the same of the same rows: several seeds, or a candidate and a champion. N rows, K, L latents.

Latents of two fits are never equal number by number: each may be turned, mirrored and stretched. What counts is whether
one tells what the other tells.
"""

from typing import Final

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.stats import spearmanr

from vaegis.fitted.model import FittedModel

_ROUNDING: Final = 1e-5


def stability(one: FittedModel, other: FittedModel, rows: pd.DataFrame) -> dict[str, float]:
    """Return how alike two models see rows: `cka`, `procrustes_r2`, `matched_correlation`, `score_spearman`; 1 is same.

    What has no spread to compare is NaN.
    """
    figures = compare_latents(one.posterior(rows)[0], other.posterior(rows)[0])
    scores = [model.score(rows).to_numpy() for model in (one, other)]
    constant = any(np.ptp(score) <= _ROUNDING * np.abs(score).max() for score in scores)
    return figures | {"score_spearman": float("nan") if constant else float(spearmanr(*scores).statistic)}


def compare_latents(a_NK: np.ndarray, b_NL: np.ndarray) -> dict[str, float]:
    """Return `cka`, `procrustes_r2` and `matched_correlation` of two sets of posterior means; NaN without spread."""
    a_NK, b_NL = (np.asarray(z - z.mean(axis=0), dtype=np.float64) for z in (a_NK, b_NL))
    if not a_NK.any() or not b_NL.any():
        return dict.fromkeys(("cka", "procrustes_r2", "matched_correlation"), float("nan"))
    return {
        "cka": linear_cka(a_NK, b_NL),
        "procrustes_r2": procrustes_r2(a_NK, b_NL),
        "matched_correlation": matched_correlation(a_NK, b_NL),
    }


def linear_cka(a_NK: np.ndarray, b_NL: np.ndarray) -> float:
    """Return |A'B|^2 / (|A'A| |B'B|) of centred latents, 0 to 1 (Kornblith et al. 2019, section 3)."""
    cross, own, others = (np.linalg.norm(x.T @ y) for x, y in ((a_NK, b_NL), (a_NK, a_NK), (b_NL, b_NL)))
    return float(cross**2 / (own * others))


def procrustes_r2(a_NK: np.ndarray, b_NL: np.ndarray) -> float:
    """Return the share of variance explained after the best turn, mirroring and scaling of centred latents.

    Each direction counts by its spread; (sum of singular values of A'B)^2 / (|A|^2 |B|^2) (Schönemann 1966).
    """
    nuclear = np.linalg.svd(a_NK.T @ b_NL, compute_uv=False).sum()
    return float(min(1.0, (nuclear / (np.linalg.norm(a_NK) * np.linalg.norm(b_NL))) ** 2))


def matched_correlation(a_NK: np.ndarray, b_NL: np.ndarray) -> float:
    """Return the mean |correlation| of dimensions paired one to one at best; those without spread are left out."""
    columns = [z[:, z.std(axis=0) > 1e-9 * z.std(axis=0).max()] for z in (a_NK, b_NL)]
    unit = [z / np.linalg.norm(z, axis=0) for z in columns]
    match_KL = np.abs(unit[0].T @ unit[1])
    return float(match_KL[linear_sum_assignment(match_KL, maximize=True)].mean())
