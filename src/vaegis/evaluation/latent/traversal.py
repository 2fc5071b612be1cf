"""What each latent says: one is moved, the others rest, and the decoder writes the row. K latents, T steps."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.evaluation.latent.decode import decode
from vaegis.fitted.model import FittedModel

STEPS: Final = 21
REACH: Final = (0.02, 0.98)
"""Quantiles of the posterior means between which a latent is moved."""


def traverse(model: FittedModel, rows: pd.DataFrame, dimensions: Sequence[int]) -> pd.DataFrame:
    """Return one row for each dimension and step: `dimension`, `z`, and the decoded columns in units.

    The others rest at the latent of the most central row, whose conditions hold throughout.
    """
    mean_NK, _ = model.posterior(rows)
    spread_K = np.where(mean_NK.std(axis=0) > 0, mean_NK.std(axis=0), 1.0)
    central = int((((mean_NK - np.median(mean_NK, axis=0)) / spread_K) ** 2).sum(axis=1).argmin())
    ends_K = np.quantile(mean_NK, REACH, axis=0)
    steps = [np.linspace(ends_K[0, k], ends_K[1, k], STEPS) for k in dimensions]
    z_NK = np.repeat(mean_NK[[central]], len(dimensions) * STEPS, axis=0)
    for position, (k, z_T) in enumerate(zip(dimensions, steps, strict=True)):
        z_NK[position * STEPS : (position + 1) * STEPS, k] = z_T
    given = rows.iloc[np.full(len(z_NK), central)].reset_index(drop=True)
    names = np.repeat([f"z_{k}" for k in dimensions], STEPS)
    where = pd.DataFrame({"dimension": names, "z": np.concatenate(steps) if steps else []})
    return pd.concat([where, decode(model, z_NK, given)[model.features]], axis=1)


def standardised(model: FittedModel, table: pd.DataFrame) -> pd.DataFrame:
    """Return the numeric columns of decoded rows on the scale of training: standard deviations from the mean."""
    names = [column.name for column in model.transform.numeric if column.role != "condition"]
    batch = model.transform.encode(table.reindex(columns=model.columns))
    values = pd.DataFrame(batch.values_ND.numpy(), columns=[column.name for column in model.transform.numeric])
    return values[names]
