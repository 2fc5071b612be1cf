"""The declared reference curves, in real and in generated rows."""

import numpy as np
import pandas as pd

from vaegis.evaluation.references import Reference


def curve_table(reference: Reference, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a bin: x, rows of the first frame, and each frame's median of y (NaN in bins it leaves thin)."""
    curves = {name: reference.curve(frame, _enough(frame)) for name, frame in frames.items()}
    first = next(iter(curves.values()))
    table = first[["x", "rows", "median", "spread"]].rename(columns={"median": next(iter(curves))})
    for name, curve in list(curves.items())[1:]:
        table[name] = curve["median"].reindex(table.index)
    return table.reset_index(drop=True)


def curve_error(table: pd.DataFrame, real: str, other: str) -> float:
    """Return the mean |difference of medians| over bins, weighted by real rows, as a share of the real range of y."""
    both = table[table[other].notna()]
    scale = float(np.ptp(table[real].to_numpy())) if len(table) else 0.0
    if not len(both) or scale == 0:
        return float("nan")
    return float(np.average((both[other] - both[real]).abs(), weights=both["rows"]) / scale)


def _enough(frame: pd.DataFrame) -> int:
    return 20 if len(frame) > 5_000 else 5
