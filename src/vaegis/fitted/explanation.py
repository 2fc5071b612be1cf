"""One line per row and guilty column. N rows, X columns, L = N * top lines."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.fitted.dtypes import in_dtypes
from vaegis.scoring.attribution import worst_columns


def explain_rows(
    frame: pd.DataFrame,
    contributions: pd.DataFrame,
    band: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    top: int,
    columns: Sequence[ColumnSpec],
) -> pd.DataFrame:
    """Return `column`, `contribution`, `observed`, `expected`, `low`, `high`, each row's worst column first.

    The index repeats the frame's labels, in its order. `band` is (expected, low, high); levels have no low and high.
    Levels and times stand as they do in the frame, in its zone; numbers are amounts, not rounded to whole ones.
    """
    dtypes = {c.name: frame[c.name].dtype for c in columns if c.is_discrete or c.dtype == "timestamp"}
    expected, low, high = (in_dtypes(part, dtypes, columns) for part in band)
    contribution_NX = contributions.to_numpy()
    worst_NT = worst_columns(contribution_NX, top)
    row_L = np.repeat(np.arange(len(frame)), worst_NT.shape[1])
    column_L = worst_NT.ravel()
    names = list(contributions.columns)
    data = {
        "column": np.asarray(names, dtype=object)[column_L],
        "contribution": contribution_NX[row_L, column_L],
        **{
            name: _cells(source, names, row_L, column_L)
            for name, source in (("observed", frame), ("expected", expected), ("low", low), ("high", high))
        },
    }
    return pd.DataFrame(data, index=frame.index.take(row_L))


def _cells(source: pd.DataFrame, names: list[str], row_L: np.ndarray, column_L: np.ndarray) -> np.ndarray:
    """Pick one cell a line; None where the source has no such column."""
    cells_L = np.full(len(row_L), None, dtype=object)
    for x, name in enumerate(names):
        here = column_L == x
        if name in source and here.any():
            cells_L[here] = source[name].to_numpy(dtype=object)[row_L[here]]
    return cells_L
