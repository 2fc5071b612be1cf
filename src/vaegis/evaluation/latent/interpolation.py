"""Whether the way from one row to another through the latent space stays among rows that exist.

P pairs of held-out rows, T steps from one to the other, both ends among them; X columns of the table's matrix, of which
the first D are numbers.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.distance import nearest
from vaegis.evaluation.estimate import NotComputable
from vaegis.evaluation.latent.decode import decode
from vaegis.fitted.model import FittedModel

PAIRS: Final = 200
STEPS: Final = 11
FAR: Final = 0.9
"""Quantile of the ends' own distances beyond which a row counts as far from all rows: nine in ten ends are near."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paths:
    """Decoded straight lines between the latents of two rows each, beside straight lines between the rows themselves.

    Distances are to the nearest training row, as multiples of what 90 % of the ends of these lines stay below: the ends
    of the first are reconstructions, those of the second the rows as they are.
    """

    ends: pd.DataFrame
    """2P held-out rows: the first of each pair, then the second."""
    decoded: pd.DataFrame
    """P * T rows in units, pair by pair."""
    latent_PT: np.ndarray
    straight_PT: np.ndarray

    @property
    def between(self) -> pd.DataFrame:
        """The decoded rows without the ends."""
        inner_T = np.isin(np.arange(STEPS), (0, STEPS - 1), invert=True)
        return self.decoded[np.tile(inner_T, len(self.latent_PT))].reset_index(drop=True)


def interpolate(model: FittedModel, train: pd.DataFrame, rows: pd.DataFrame, seed: int) -> Paths:
    """Walk between `PAIRS` pairs of random rows.

    Raises:
        NotComputable: the decoder answers with what is no number.
    """
    pairs, inputs = min(PAIRS, len(rows) // 2), Inputs(model.transform)
    order = np.random.default_rng(seed).permutation(len(rows))[: 2 * pairs]
    ends = rows.iloc[order].reset_index(drop=True)
    known_NX = inputs.matrix(train)
    mean_NK, _ = model.posterior(ends)
    z_NK = walk(mean_NK[:pairs], mean_NK[pairs:])
    decoded = decode(model, z_NK, ends.iloc[nearer_end(pairs)].reset_index(drop=True))
    known = [column.name for column in model.transform.numeric if column.name not in model.transform.empty]
    if decoded[known].isna().to_numpy().any():
        raise NotComputable("what is decoded between two rows is no number")
    return Paths(
        ends=ends,
        decoded=decoded,
        latent_PT=_distances(inputs.matrix(decoded), known_NX),
        straight_PT=_distances(_straight(inputs.matrix(ends), len(model.transform.numeric)), known_NX),
    )


def near_share(distance_PT: np.ndarray) -> np.ndarray:
    """Return by pair the share of steps between the ends that lie near training rows, (P,)."""
    return np.asarray((distance_PT[:, 1:-1] <= 1.0).mean(axis=1))


def walk(first_PK: np.ndarray, last_PK: np.ndarray) -> np.ndarray:
    """Return the points of straight lines in equal steps, (P * T, K), line by line."""
    share_T = np.linspace(0.0, 1.0, STEPS)
    line_PTK = first_PK[:, None] + share_T[:, None] * (last_PK - first_PK)[:, None]
    return np.asarray(line_PTK.reshape(len(first_PK) * STEPS, first_PK.shape[1]))


def nearer_end(pairs: int) -> np.ndarray:
    """Return for each step the position of the nearer of its two ends, (P * T,)."""
    past_T = np.arange(STEPS) > (STEPS - 1) / 2
    return np.asarray((np.arange(pairs)[:, None] + pairs * past_T).reshape(-1))


def _straight(ends_NX: np.ndarray, num_numeric: int) -> np.ndarray:
    """Return straight lines between rows: numbers in equal steps, levels as at the nearer end."""
    pairs = len(ends_NX) // 2
    numbers_ND = walk(ends_NX[:pairs, :num_numeric], ends_NX[pairs:, :num_numeric])
    return np.concatenate([numbers_ND, ends_NX[nearer_end(pairs), num_numeric:]], axis=1)


def _distances(x_NX: np.ndarray, known_NX: np.ndarray) -> np.ndarray:
    distance_PT = nearest(x_NX, known_NX).reshape(-1, STEPS)
    return np.asarray(distance_PT / max(np.quantile(distance_PT[:, [0, -1]], FAR), 1e-12))
