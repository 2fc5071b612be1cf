"""One line per row and guilty column. N rows, X columns."""

import numpy as np
import pandas as pd

from vaegis.scoring.attribution import contributions_NX, worst_columns


def explain_rows(
    frame: pd.DataFrame,
    column_nll: pd.DataFrame,
    usual: pd.Series,
    observed: pd.DataFrame,
    band: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    top: int,
) -> pd.DataFrame:
    """Return `row`, `column`, `contribution` (nats above usual), `observed`, `expected`, `low`, `high`."""
    expected, low, high = band
    contribution_NX = contributions_NX(column_nll.to_numpy(), usual.to_numpy(), observed.to_numpy())
    worst = worst_columns(contribution_NX, top)
    names = np.asarray(column_nll.columns, dtype=object)
    records = [
        {
            "row": label,
            "column": names[x],
            "contribution": contribution_NX[n, x],
            "observed": frame[names[x]].iloc[n],
            "expected": expected[names[x]].iloc[n],
            "low": low[names[x]].iloc[n] if names[x] in low else None,
            "high": high[names[x]].iloc[n] if names[x] in high else None,
        }
        for n, label in enumerate(frame.index)
        for x in worst[n]
    ]
    order = ["row", "column", "contribution", "observed", "expected", "low", "high"]
    return pd.DataFrame.from_records(records, columns=order)
