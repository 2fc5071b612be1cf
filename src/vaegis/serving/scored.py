"""A table's rows with their scores and guiltiest columns. N rows."""

from typing import Any, Final, Protocol

import pandas as pd

from vaegis.contract import TableSchema, conform
from vaegis.scoring.calibration import Calibration

EXPLAINED: Final = 5
"""Rows of highest score that are explained, flagged or not."""
TOP: Final = 3
"""Columns named as reasons."""


class Judge(Protocol):
    """What scores rows: a fitted model, or its ONNX form."""

    @property
    def schema(self) -> TableSchema:
        """The contract of the rows."""
        ...

    @property
    def calibration(self) -> Calibration:
        """What normal rows score."""
        ...

    @property
    def content_digest(self) -> str:
        """What behaviour this is."""
        ...

    def score(self, table: Any) -> pd.Series:
        """Return scores, on the table's index."""
        ...

    def explain(self, table: Any, top: int) -> pd.DataFrame:
        """Return `top` lines a row, the guiltiest column first, on the table's index."""
        ...


def score_frame(judge: Judge, frame: pd.DataFrame, rate: float, top: int = TOP) -> pd.DataFrame:
    """Return score, p-value and flag of each row after its keys and time, and what made those flagged anomalous.

    The index must name each row once. `column`, `observed` and `expected` are of the guiltiest column, `reasons` names
    the `top` guiltiest.
    """
    rows = conform(frame, judge.schema.inputs)
    scores = judge.score(rows)
    scored = pd.DataFrame({"score": scores, "pvalue": judge.calibration.pvalue_N(scores.to_numpy())})
    scored["flag"] = scored["pvalue"] <= rate
    worth = scored["flag"] | (scored["score"] >= scored["score"].nlargest(EXPLAINED).min())
    lines = judge.explain(rows[worth], top=top)
    guilty = lines[~lines.index.duplicated()].reindex(rows.index)
    # Observed and expected hold numbers for one row and words for the next: text fits both.
    for name in ("column", "observed", "expected"):
        scored[name] = guilty[name].map(plain, na_action="ignore").astype("string")
    scored["reasons"] = name_reasons(lines, rows.index)
    names = [name for name in (*judge.schema.keys, judge.schema.time) if name in frame.columns]
    return pd.concat([frame[names], scored], axis=1)


def name_reasons(lines: pd.DataFrame, index: pd.Index) -> pd.Series:
    """Return each row's columns as one text, worst first, missing where it has no line of `Judge.explain`."""
    return lines.groupby(level=0, sort=False)["column"].agg(", ".join).reindex(index).astype("string")


def plain(value: Any) -> Any:
    """Bring a cell to what people and JSON can read."""
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, pd.Timestamp) else value
