"""Windows of time in which a fault can sit: one entity, one day, normal rows only."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.data.split import entity_names
from vaegis.evaluation.rows import EvaluationRows

MIN_FILL: Final = 0.9
"""Share of the expected rows that a window needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Consecutive rows of one entity."""

    entity: str
    start: pd.Timestamp
    rows: np.ndarray
    """Positions among the test rows, in order of time."""


def find_windows(rows: EvaluationRows, hours: float) -> list[Window]:
    """Cut every entity's days into windows of `hours` (a day at most) and keep the full ones without a label.

    Events have no cadence, and so no windows.
    """
    schema, length = rows.schema, pd.Timedelta(hours=min(hours, 24.0))
    if not schema.cadence_seconds:
        return []
    times = pd.to_datetime(rows.test[schema.time], utc=True)
    day = times.dt.floor("D")
    slot = (times - day) // length
    inside = slot < max(1, pd.Timedelta(days=1) // length)
    table = pd.DataFrame(
        {
            "entity": entity_names(rows.test, schema.keys).to_numpy(),
            "start": day + slot * length,
            "row": np.arange(len(times)),
            "normal": rows.normal,
        }
    )[inside.to_numpy()]
    needed = max(1, int(np.ceil(MIN_FILL * length.total_seconds() / schema.cadence_seconds)))
    windows = []
    for (entity, start), group in table.groupby(["entity", "start"], sort=True):
        if len(group) >= needed and group["normal"].all():
            windows.append(Window(entity=str(entity), start=start, rows=group["row"].to_numpy()))
    return windows
