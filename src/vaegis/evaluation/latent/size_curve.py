"""How much is given back from 1, 2, ... K latents, beside as many principal components.

N rows, S of K latents, D numeric columns.

The model is not trained anew for each size: its most used latents speak, and for the others nothing is known: what is
decoded is averaged over latents that training rows have there. So the curve says how the fitted model spreads what it
knows, and not what a smaller model could reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA

from vaegis.data.seconds import as_numbers
from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.latent.decode import decode
from vaegis.fitted.model import FittedModel

MOST_SIZES: Final = 16
DRAWS: Final = 16
"""Training rows whose latents stand for those that nothing is known of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """Rows in few numbers, and what comes back of their numeric columns."""

    train_NS: np.ndarray
    rows_NS: np.ndarray
    back_ND: np.ndarray
    """In units; times in seconds."""


def sizes(most: int) -> list[int]:
    """Return at most 16 sizes from 1 to `most`."""
    return sorted(set(np.linspace(1, most, min(MOST_SIZES, most)).round().astype(int).tolist()))


def by_model(model: FittedModel, train: pd.DataFrame, rows: pd.DataFrame, ranked: Sequence[int]) -> dict[int, Code]:
    """Return for each size the latents that speak, in the order of `ranked`, and what they are decoded to."""
    train_NK, rows_NK = model.posterior(train)[0], model.posterior(rows)[0]
    rests = train_NK[np.linspace(0, len(train_NK) - 1, min(DRAWS, len(train_NK))).round().astype(int)]
    found, num_numeric = {}, len(model.transform.numeric)
    for size in sizes(len(ranked)):
        used, others = list(ranked[:size]), list(ranked[size:])
        z_NK, total_ND, draws = rows_NK.copy(), np.zeros((len(rows), num_numeric)), rests if others else rests[:1]
        for rest_K in draws:
            z_NK[:, others] = rest_K[others]
            total_ND += _numbers(model, decode(model, z_NK, rows))
        found[size] = Code(train_NS=train_NK[:, used], rows_NS=rows_NK[:, used], back_ND=total_ND / len(draws))
    return found


def by_components(model: FittedModel, train: pd.DataFrame, rows: pd.DataFrame) -> dict[int, Code]:
    """Return the same of principal components of the columns as the model reads them; fewer where there are fewer."""
    inputs, num_latents, num_numeric = Inputs(model.transform), model.network.latent_dim, len(model.transform.numeric)
    train_NX, rows_NX = inputs.matrix(train), inputs.matrix(rows)
    with np.errstate(invalid="ignore"):  # shares of no variance at all
        pca = PCA(n_components=min(num_latents, *train_NX.shape), svd_solver="full").fit(train_NX)
    train_NK, rows_NK = pca.transform(train_NX), pca.transform(rows_NX)
    found = {}
    for size in (size for size in sizes(num_latents) if size <= pca.n_components_):
        back_NX = rows_NK[:, :size] @ pca.components_[:size] + pca.mean_
        amounts = model.transform.bound(model.transform.as_amounts(back_NX[:, :num_numeric]))
        found[size] = Code(train_NS=train_NK[:, :size], rows_NS=rows_NK[:, :size], back_ND=_numbers(model, amounts))
    return found


def unexplained_ND(model: FittedModel, rows: pd.DataFrame, back_ND: np.ndarray) -> np.ndarray:
    """Return squared errors as shares of each column's variance; NaN where missing or where a column is constant.

    One less the mean of a column is its R2. Angles are left out, NaN throughout: their average has no sense.
    """
    x_ND = _numbers(model, rows)
    x_ND[:, [column.kind == "angle" for column in model.transform.numeric]] = np.nan
    known_ND = np.isfinite(x_ND)
    rows_D = np.maximum(1, known_ND.sum(axis=0))
    gap_ND = np.where(known_ND, x_ND - np.where(known_ND, x_ND, 0.0).sum(axis=0) / rows_D, 0.0)
    variance_D = (gap_ND**2).sum(axis=0) / rows_D
    return np.asarray((x_ND - back_ND) ** 2 / np.where(variance_D > 0, variance_D, np.nan))


def _numbers(model: FittedModel, frame: pd.DataFrame) -> np.ndarray:
    columns = [as_numbers(frame[column.name]) for column in model.transform.numeric]
    return np.stack(columns, axis=1) if columns else np.zeros((len(frame), 0))
