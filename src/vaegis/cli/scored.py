"""A table's rows with their scores and guiltiest columns."""

from typing import Any, Final

import pandas as pd

from vaegis.contract import conform
from vaegis.fitted.model import FittedModel

EXPLAINED: Final = 5
"""Rows of highest score that are explained, flagged or not."""


def score_frame(fitted: FittedModel, frame: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Return score, p-value and flag of each row after its keys and time, and the guiltiest column of those flagged."""
    rows = conform(frame, fitted.schema.inputs)
    scores = fitted.score(rows)
    scored = pd.DataFrame({"score": scores, "pvalue": fitted.calibration.pvalue_N(scores.to_numpy())})
    scored["flag"] = scored["pvalue"] <= rate
    worth = scored["flag"] | (scored["score"] >= scored["score"].nlargest(EXPLAINED).min())
    guilty = fitted.explain(rows[worth], top=1).reindex(rows.index)
    # Observed and expected hold numbers for one row and words for the next: text fits both.
    for name in ("column", "observed", "expected"):
        scored[name] = guilty[name].map(plain, na_action="ignore").astype("string")
    names = [name for name in (*fitted.schema.keys, fitted.schema.time) if name in frame.columns]
    return pd.concat([frame[names], scored], axis=1)


def plain(value: Any) -> Any:
    """Bring a cell to what people and JSON can read."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, pd.Timestamp) else value
