"""What a row is judged by, each term split over columns so that the parts add up.

E members (1 where members do not matter), N rows, k neighbours, W values, X columns, K latents, U = W + K,
V = 2 W + K.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from vaegis.scoring.neighbours import Space
from vaegis.scoring.reference import Asked, Reference

NEAR: Final = 5
CLOSE: Final = 20
WIDE_SHARE: Final = 20
"""A wide neighbourhood is one in so many of the stored rows, ..."""
WIDE: Final = (10, 150)
"""... and holds so many rows at least and at most: a cluster of anomalies smaller than it stands out."""


@dataclass(frozen=True, slots=True)
class Term:
    """One number a row as parts (E, N, W): the values' shares of it."""

    parts_ENW: Callable[[Reference, Asked], Tensor]
    additive: bool
    """Whether a missing cell has no part of its own; distances are scaled up to all columns instead."""


def nearest(reference: Reference, asked: Asked) -> Tensor:
    """Return the distance to the nearest stored row, in standard deviations."""
    return _distance(reference.standard, asked.standard_NW, asked, 1)


def nearest_robust(reference: Reference, asked: Asked) -> Tensor:
    """Return the same in quartile spreads with logarithmic tails."""
    return _distance(reference.robust, asked.robust_NW, asked, 1)


def close(reference: Reference, asked: Asked) -> Tensor:
    """Return the mean distance to 20 neighbours, in standard deviations."""
    return _distance(reference.standard, asked.standard_NW, asked, CLOSE)


def wide(reference: Reference, asked: Asked) -> Tensor:
    """Return the mean distance to a share of the stored rows, in quartile spreads with logarithmic tails."""
    least, most = WIDE
    k = min(max(reference.rows.num_rows // WIDE_SHARE, least), most)
    return _distance(reference.robust, asked.robust_NW, asked, k)


def joint(reference: Reference, asked: Asked) -> Tensor:
    """Return the mean distance to 5 neighbours in each member's space of values, residuals and latents.

    Latents belong to no column: their share of a distance goes to columns as the two rows' values differ.
    """
    width = reference.views.width
    joint_ENV = reference.joint_ENV(asked.tailed_NW, asked.reading)
    known_NV = reference.known_NV(asked.observed_NW)
    parts = []
    for space, joint_NV in zip(reference.joint, joint_ENV, strict=True):
        index_Nk = space.nearest(joint_NV, known_NV, NEAR, asked.own_N).index_Nk
        square_NkV = space.squares(joint_NV, known_NV, index_Nk)
        value_NkW, residual_NkW = square_NkV[..., :width], square_NkV[..., width : 2 * width]
        latent_NkW = _rest(square_NkV, 2 * width) * _shares(value_NkW, asked.observed_NW.unsqueeze(1))
        parts.append(_mean_distance(value_NkW + residual_NkW + latent_NkW))
    return torch.stack(parts)


def marginal(reference: Reference, asked: Asked) -> Tensor:
    """Return nats by column as if no column knew of another: normal tailed values, levels by their share."""
    mean_W, sigma_W = reference.marginal
    num_columns = len(reference.views.center_D)
    nll_NW = 0.5 * ((asked.tailed_NW - mean_W) / sigma_W).square() + sigma_W.log()
    share_L = torch.from_numpy(reference.views.share_L)
    hits_NL = asked.tailed_NW[:, num_columns:] + share_L
    rarity_NL = -hits_NL * share_L.clamp_min(0.5 / max(reference.rows.num_rows, 1)).log()
    return (torch.cat([nll_NW[:, :num_columns], rarity_NL], dim=1) * asked.observed_NW).unsqueeze(0)


def error(reference: Reference, asked: Asked) -> Tensor:
    """Return each member's squared residuals over their mean squares."""
    return (asked.reading.residual_ENW / reference.spreads.residual_EW.unsqueeze(1)).square()


def mahalanobis(reference: Reference, asked: Asked) -> Tensor:
    """Return each member's squared Mahalanobis distance of residuals and latents: v_j (P v)_j adds up exactly.

    What falls to latents goes to columns as their squared residuals do.
    """
    spreads, width = reference.spreads, reference.views.width
    apart_ENU = spreads.surprise_ENU(asked.reading) - spreads.mean_EU.unsqueeze(1)
    apart_ENU[..., :width] *= asked.observed_NW
    parts_ENU = apart_ENU * torch.bmm(apart_ENU, spreads.precision_EUU)
    return parts_ENU[..., :width] + _rest(parts_ENU, width) * _shares(error(reference, asked), asked.observed_NW)


TERMS: Final = {
    "nearest": Term(nearest, additive=False),
    "nearest_robust": Term(nearest_robust, additive=False),
    "joint": Term(joint, additive=False),
    "close": Term(close, additive=False),
    "wide": Term(wide, additive=False),
    "marginal": Term(marginal, additive=True),
    "error": Term(error, additive=True),
    "mahalanobis": Term(mahalanobis, additive=True),
}
RECIPES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "hybrid": {"novelty": ("nearest", "nearest_robust", "joint"), "outlier": ("close", "wide", "marginal")},
    "parametric": {"novelty": ("error", "mahalanobis"), "outlier": ("error", "mahalanobis")},
}
"""Terms by mode of the configuration and by what is asked: new rows, or the training rows themselves."""


def _distance(space: Space, x_NW: Tensor, asked: Asked, k: int) -> Tensor:
    index_Nk = space.nearest(x_NW, asked.observed_NW, k, asked.own_N).index_Nk
    return _mean_distance(space.squares(x_NW, asked.observed_NW, index_Nk)).unsqueeze(0)


def _mean_distance(square_NkW: Tensor) -> Tensor:
    """Split the mean of the k distances over values, each distance as its square is."""
    distance_Nk1 = square_NkW.sum(-1, keepdim=True).sqrt()
    return (square_NkW / distance_Nk1.clamp_min(1e-12)).mean(1)


def _rest(parts: Tensor, width: int) -> Tensor:
    """Return the sum of what comes after the first `width` values, as one value."""
    return parts[..., width:].sum(-1, keepdim=True)


def _shares(parts: Tensor, observed: Tensor) -> Tensor:
    """Return parts over their sum; evenly over observed values where all are 0."""
    total = parts.sum(-1, keepdim=True)
    even = observed / observed.sum(-1, keepdim=True).clamp_min(1.0)
    return torch.where(total > 0, parts / total.clamp_min(1e-30), even)
