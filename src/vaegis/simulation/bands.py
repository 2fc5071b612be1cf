"""What the rows of each step come to, by column. Q quantiles."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.fitted.measures import BAND
from vaegis.simulation.population import Population

QUANTILES: Final = {"p2.5": 0.025, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p97.5": 0.975}


def bands(populations: Sequence[Population], columns: Sequence[ColumnSpec]) -> pd.DataFrame:
    """Return a row for each step and column: the step's number, `column`, what the rows come to.

    Numbers have `mean` with its interval of 95 % (`low`, `high`: the noise of drawing, not what the model has wrong),
    and quantiles: the band that rows lie in. Levels have the most frequent one (`top`) and its share.
    """
    records = [
        {"step": number, "column": column.name, **_told(item.rows[column.name], column, item.worth)}
        for number, item in enumerate(populations)
        for column in columns
        if column.name in item.rows
    ]
    return pd.DataFrame(records)


def _told(values: pd.Series, column: ColumnSpec, worth: float) -> dict[str, Any]:
    present = values.dropna()
    missing = 1.0 - len(present) / max(1, len(values))
    if column.is_discrete:
        shares = present.astype("string").value_counts(normalize=True)
        top = {} if shares.empty else {"top": str(shares.index[0]), "top_share": float(shares.iloc[0])}
        return {"missing": missing, **top}
    if present.empty or not pd.api.types.is_numeric_dtype(present):
        return {"missing": missing}
    numbers = present.to_numpy(dtype=np.float64)
    mean, spread = float(numbers.mean()), float(numbers.std(ddof=1)) if len(numbers) > 1 else 0.0
    half = BAND * spread / max(1.0, worth * (1.0 - missing)) ** 0.5
    told = dict(zip(QUANTILES, np.quantile(numbers, list(QUANTILES.values())).tolist(), strict=True))
    return {"missing": missing, "mean": mean, "low": mean - half, "high": mean + half, **told}
