"""Rows at the edges of what a table may be, for the test of whatever reads its rows."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.fitted.model import FittedModel

SPARE: Final = 1.2
"""Rows drawn beyond what an edge of the asked share must hold."""


def pool_rows(num_rows: int, share: float) -> int:
    """Return how many rows must be drawn for an edge of `share` to hold `num_rows`."""
    return int(np.ceil(SPARE * num_rows / share))


def stress_sets(model: FittedModel, pool: pd.DataFrame, num_rows: int, share: float) -> pd.DataFrame:
    """Return rows out of a pool, `stress` naming the edge at which they lie; a row may stand at several.

    The edges: the lowest and highest `share` of each number, each level rarer than `share`, and the rows that the
    model itself finds least usual.
    """
    parts = [(name, pool[chosen_N].head(num_rows)) for name, chosen_N in _edges(model.schema.inputs, pool, share)]
    score_N = model.score(pool).to_numpy()
    parts.append(("least usual", pool[score_N >= np.quantile(score_N, 1.0 - share)].head(num_rows)))
    held = [part.assign(stress=name) for name, part in parts if len(part)]
    return pd.concat(held, ignore_index=True)


def _edges(columns: tuple[ColumnSpec, ...], pool: pd.DataFrame, share: float) -> list[tuple[str, np.ndarray]]:
    edges = []
    for column in columns:
        values = pool[column.name]
        if column.is_discrete:
            shares = values.astype("string").value_counts(normalize=True)
            rare = [str(level) for level in shares.index if shares[level] <= share]
            edges += [(f"{column.name} {level}", (values.astype("string") == level).to_numpy(bool)) for level in rare]
        elif values.nunique() > 1:
            low, high = values.quantile(share), values.quantile(1.0 - share)
            edges.append((f"{column.name} low", (values <= low).to_numpy(bool)))
            edges.append((f"{column.name} high", (values >= high).to_numpy(bool)))
        if values.isna().any():
            edges.append((f"{column.name} missing", values.isna().to_numpy(bool)))
    return edges
