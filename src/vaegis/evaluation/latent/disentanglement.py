"""Whether each latent tells of one known factor, and each factor stands in one latent. N rows, K latents, F factors.

Figures from 0 to 1 that ask for different things: the gap between a factor's best and second-best latent, in
information (MIG) and in prediction (SAP), and among how few factors or latents importance is shared (DCI).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import entropy
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, mutual_info_score

BINS: Final = 20
"""Equal-mass bins of a latent and of an amount, for their mutual information (Locatello et al. 2019)."""
_TREES: Final = 30
_DEPTH: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Factor:
    """One known cause: what it was in each row."""

    name: str
    values_N: np.ndarray
    """Float amounts, or whole-number codes of levels."""
    discrete: bool


def mutual_information_gap(z_NK: np.ndarray, factors: Sequence[Factor]) -> float:
    """Return the mean over factors of (I(z_best; v) - I(z_second; v)) / H(v) (Chen et al. 2018, eq. 6)."""
    binned = [_binned(z_N) for z_N in z_NK.T]
    gaps = []
    for factor in factors:
        v_N = factor.values_N if factor.discrete else _binned(factor.values_N)
        told = sorted(mutual_info_score(v_N, z_N) for z_N in binned)
        gaps.append((told[-1] - told[-2]) / entropy(np.unique(v_N, return_counts=True)[1]))
    return float(np.mean(gaps))


def attribute_gap(z_NK: np.ndarray, factors: Sequence[Factor]) -> float:
    """Return the mean over factors of the gap between the two best latents that predict it alone (SAP).

    An amount: by squared correlation; levels: by balanced accuracy of a linear classifier (Kumar et al. 2018, 3.1).
    """
    gaps = []
    for factor in factors:
        scores = sorted(_alone(z_N, factor) for z_N in z_NK.T)
        gaps.append(scores[-1] - scores[-2])
    return float(np.mean(gaps))


def importance_KF(z_NK: np.ndarray, factors: Sequence[Factor], seed: int) -> np.ndarray:
    """Return how much each latent matters to forests that predict each factor; the column of a factor sums to one."""
    columns = []
    for factor in factors:
        forest = (RandomForestClassifier if factor.discrete else RandomForestRegressor)(
            n_estimators=_TREES, max_depth=_DEPTH, max_features=1.0, random_state=seed
        )
        columns.append(forest.fit(z_NK, factor.values_N).feature_importances_)
    return np.stack(columns, axis=1)


def disentanglement(r_KF: np.ndarray) -> float:
    """Return 1 - entropy over factors of a latent's importance, latents by their weight (Eastwood & Williams 2018)."""
    weight_K = r_KF.sum(axis=1)
    used_K = weight_K > 0
    alone_K = 1.0 - entropy(r_KF[used_K], axis=1) / np.log(r_KF.shape[1])
    return float(np.average(alone_K, weights=weight_K[used_K]))


def completeness(r_KF: np.ndarray) -> float:
    """Return 1 - entropy over latents of a factor's importance, the mean over factors (Eastwood & Williams 2018)."""
    return float((1.0 - entropy(r_KF, axis=0) / np.log(r_KF.shape[0])).mean())


def _binned(x_N: np.ndarray) -> np.ndarray:
    edges = np.unique(np.quantile(x_N, np.linspace(0.0, 1.0, BINS + 1)[1:-1]))
    return np.asarray(np.searchsorted(edges, x_N, side="right"))


def _alone(z_N: np.ndarray, factor: Factor) -> float:
    if z_N.std() == 0:
        return 0.0 if not factor.discrete else 1.0 / len(np.unique(factor.values_N))
    if not factor.discrete:
        return float(np.corrcoef(z_N, factor.values_N)[0, 1] ** 2)
    z_N1 = ((z_N - z_N.mean()) / z_N.std())[:, None]
    guessed_N = LogisticRegression(class_weight="balanced").fit(z_N1, factor.values_N).predict(z_N1)
    return float(balanced_accuracy_score(factor.values_N, guessed_N))
