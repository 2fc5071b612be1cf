"""What a duty room would see: alarms on rows where nothing is wrong, row by row, month by month. N rows."""

from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema
from vaegis.data.split import entity_names
from vaegis.evaluation.bounds import binomial_interval
from vaegis.evaluation.detection.injected import ALARM_ROWS

MONTH_SECONDS: Final = 30 * 86_400.0
MIN_ROWS: Final = 100
"""Normal rows that a month needs to count as the worst."""


def monthly_false_alarms(times: pd.Series, flagged: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return each scorer's share of flagged normal rows by month: the threshold is from another season's rows.

    `<scorer>_low` and `<scorer>_high` are the ends of its binomial interval.
    """
    month = month_of(times)
    table = pd.DataFrame({"month": month, "rows": 1, **{name: mask.astype(float) for name, mask in flagged.items()}})
    grouped = table.groupby("month")
    shares = grouped.agg({"rows": "size", **dict.fromkeys(flagged, "mean")}).reset_index()
    rows = shares["rows"].to_numpy()
    for name in flagged:
        hits = (shares[name].to_numpy() * rows).round()
        shares[f"{name}_low"], shares[f"{name}_high"] = binomial_interval(hits, rows)
    return shares


def false_alarm_N(frame: pd.DataFrame, schema: TableSchema, flagged_N: np.ndarray, normal_N: np.ndarray) -> np.ndarray:
    """Return 1 where a row completes an alarm: `ALARM_ROWS` normal rows of an entity in succession, all flagged.

    A run of flagged rows raises one alarm. Rows are sorted by entity and time.
    """
    entity = entity_names(frame, schema.keys).to_numpy()
    steps = pd.to_datetime(frame[schema.time], utc=True).diff().to_numpy()
    longest = pd.Timedelta(seconds=1.5 * (schema.cadence_seconds or 0.0)).to_timedelta64()
    follows_N = np.append(False, (entity[1:] == entity[:-1]) & (steps[1:] <= longest))
    raised_N, length = np.zeros(len(frame)), 0
    on_N = flagged_N & normal_N
    for row in np.flatnonzero(on_N):
        length = length + 1 if follows_N[row] and row > 0 and on_N[row - 1] else 1
        raised_N[row] = length == ALARM_ROWS
    return raised_N


def rows_a_month(schema: TableSchema) -> float:
    """Return how many rows an entity of a series has in 30 days."""
    return MONTH_SECONDS / (schema.cadence_seconds or MONTH_SECONDS)


def month_of(times: pd.Series) -> np.ndarray:
    """Return each row's month, like 2015-01."""
    return np.asarray(pd.to_datetime(times, utc=True).dt.strftime("%Y-%m"))
