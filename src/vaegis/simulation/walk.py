"""Rows along a way through the latent space."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.errors import ConfigError
from vaegis.evaluation.latent.decode import decode
from vaegis.evaluation.latent.interpolation import nearer_end, walk
from vaegis.evaluation.latent.traversal import traverse
from vaegis.fitted.drawing import draw_rows
from vaegis.fitted.model import FittedModel
from vaegis.simulation.counterfactual import find_row
from vaegis.simulation.scenario import WHERE

_POOL: Final = 1_000
"""Generated rows from which the reach of a latent is taken."""


def walk_latents(model: FittedModel, names: tuple[str, ...], seed: int) -> pd.DataFrame:
    """Move each latent alone from end to end of where rows lie: `walk`, `z`, and the expected row.

    Raises:
        ConfigError: the model has no such latent.
    """
    known = [f"z_{k}" for k in range(model.network.latent_dim)]
    if strangers := [name for name in names if name not in known]:
        what = f"there is no latent {strangers[0]!r}"
        raise ConfigError(what, allowed=f"{', '.join(known)}; or the names of two rows", where=f"{WHERE}: walk")
    pool = draw_rows(model, _POOL, seed=seed)
    made = traverse(model, pool, [known.index(name) for name in names])
    return made.rename(columns={"dimension": "walk"})


def walk_between(model: FittedModel, rows: pd.DataFrame, schema: TableSchema, ends: tuple[str, str]) -> pd.DataFrame:
    """Go straight from the latent of one real row to that of another: `walk`, `z` (share of the way), expected row."""
    found = pd.DataFrame([find_row(rows, schema, name) for name in ends]).reset_index(drop=True)
    found = found.astype({name: rows[name].dtype for name in found.columns})
    mean_NK, _ = model.posterior(found)
    z_NK = walk(mean_NK[:1], mean_NK[1:])
    made = decode(model, z_NK, found.iloc[nearer_end(1)].reset_index(drop=True))[model.features]
    made.insert(0, "walk", " to ".join(ends))
    made.insert(1, "z", np.linspace(0.0, 1.0, len(z_NK)))
    return made
