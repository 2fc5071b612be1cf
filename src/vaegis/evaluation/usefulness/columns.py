"""The columns that a learner gets: raw, latent, or both. N rows, X columns of the matrix, K latents."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import torch

from vaegis.data.batches import TableBatch, chunks
from vaegis.evaluation.detection.baselines import Inputs
from vaegis.evaluation.estimate import NotComputable
from vaegis.fitted.model import FittedModel
from vaegis.model.posterior import GaussianPosterior
from vaegis.model.refinement import refine
from vaegis.scoring.scores import CHUNK_ROWS

KINDS: Final = ("raw", "latent", "both")


def make_columns(model: FittedModel, frame: pd.DataFrame, hidden: Sequence[str], seed: int) -> dict[str, np.ndarray]:
    """Return the matrix of each of `KINDS`; what is hidden is missing for the model, and no raw column either.

    Raises:
        NotComputable: a latent is no number.
    """
    seen = frame.assign(**dict.fromkeys(hidden)) if hidden else frame
    raw_NX = _without(Inputs(model.transform).matrix(seen), model, hidden)
    z_NK = _latents(model, seen, refined=bool(hidden), seed=seed)
    if not np.isfinite(z_NK).all():
        raise NotComputable("latents come out that are no numbers")
    return {"raw": raw_NX, "latent": z_NK, "both": np.concatenate([raw_NX, z_NK], axis=1)}


def _latents(model: FittedModel, frame: pd.DataFrame, *, refined: bool, seed: int) -> np.ndarray:
    """Return posterior means; for cells that were never missing in training those of each row's own best posterior."""
    if not refined or not model.network.stochastic:
        return model.posterior(frame)[0]
    generator, batch = torch.Generator().manual_seed(seed), model.transform.encode(frame)
    return torch.cat([_refined(model, part, generator) for part in chunks(batch, CHUNK_ROWS)]).numpy()


@torch.no_grad()
def _refined(model: FittedModel, part: TableBatch, generator: torch.Generator) -> torch.Tensor:
    posterior = model.network.encode(part)
    if not isinstance(posterior, GaussianPosterior):
        return posterior.mean_NK
    return refine(model.network, part, posterior, generator).mean_NK


def _without(x_NX: np.ndarray, model: FittedModel, hidden: Sequence[str]) -> np.ndarray:
    """Leave out the columns of the matrix that belong to hidden columns of the table."""
    widths = [1] * len(model.transform.numeric) + [len(levels) for levels in model.transform.levels]
    kept_X = np.repeat([name not in hidden for name in model.batch_columns], widths)
    return x_NX[:, kept_X]
