"""Set aside the rows that break a critical rule of row level, and say which value broke which rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.quality.outcome import Outcome
from vaegis.quality.suite import columns_of

COLUMNS: Final = ["row_id", "expectation", "column", "value"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Quarantine:
    """Which rows are set aside, and why."""

    bad: np.ndarray
    """(N,) True where a row of the pulled table is set aside."""
    reasons: pd.DataFrame
    """One line per row and broken rule: `COLUMNS`, all text, sorted."""


def acts_on_rows(outcome: Outcome) -> bool:
    """Whether the offenders of a rule leave the table."""
    return outcome.rule.level == "row" and outcome.rule.severity == "critical"


def set_aside(rows: pd.DataFrame, source: pd.DataFrame, schema: TableSchema, outcomes: Iterable[Outcome]) -> Quarantine:
    """Collect the offenders of every critical row-level rule; those on `source` name rows by keys and time.

    Rows without key or time columns cannot be named, so none is set aside: such a table fails as a whole.
    """
    bad = np.zeros(len(rows), dtype=bool)
    reasons = [pd.DataFrame(columns=COLUMNS, dtype="object")]
    named = {*schema.keys, schema.time} <= set(rows.columns)
    for outcome in outcomes if named else ():
        if not acts_on_rows(outcome) or not len(outcome.offenders):
            continue
        found = _in_source(rows, source, schema, outcome) if outcome.rule.table == "source" else outcome.offenders
        if not len(found):
            continue
        bad[found] = True
        reasons.append(_reasons(rows.iloc[found], schema, outcome))
    return Quarantine(bad=bad, reasons=pd.concat(reasons).astype("object").sort_values(COLUMNS).reset_index(drop=True))


def values_of(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Write the values of `columns` as text, joined by `|`; a missing one is `null`."""
    texts = [frame[name].map(_text).astype("object") for name in columns]
    return texts[0].str.cat(texts[1:], sep="|") if len(texts) > 1 else texts[0]


def _reasons(rows: pd.DataFrame, schema: TableSchema, outcome: Outcome) -> pd.DataFrame:
    columns = columns_of(outcome.rule)
    return pd.DataFrame(
        {
            "row_id": schema.row_ids(_names(rows, schema)).fillna("null").to_numpy(dtype="object"),
            "expectation": outcome.rule.type,
            "column": "|".join(columns),
            "value": values_of(rows, columns).to_numpy(dtype="object"),
        }
    )


def _in_source(rows: pd.DataFrame, source: pd.DataFrame, schema: TableSchema, outcome: Outcome) -> np.ndarray:
    offending = _names(source.iloc[outcome.offenders], schema).drop_duplicates()
    merged = _names(rows, schema).merge(offending, how="left", indicator=True)
    return np.flatnonzero(merged["_merge"].to_numpy() == "both")


def _names(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return keys as text and the time in UTC, whatever types the frame holds them in."""
    keys = {name: frame[name].astype("string") for name in schema.keys}
    time = pd.to_datetime(frame[schema.time], utc=True, errors="coerce").astype("datetime64[us, UTC]")
    return pd.DataFrame({**keys, schema.time: time})


def _text(value: Any) -> str:
    if pd.isna(value):
        return "null"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return repr(float(value)) if isinstance(value, float) else str(value)
