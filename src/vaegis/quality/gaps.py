"""Find the slots of a regular table that have no row."""

from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.contract import TableSchema

_DAY_SECONDS: Final = 86_400


def find_gaps(source: pd.DataFrame, schema: TableSchema) -> list[dict[str, Any]]:
    """List the runs of missing slots per entity: keys, first and last missing slot, how many.

    A slot is looked for on every UTC day on which any entity has a row, so that a pull of chosen days has no gaps
    between them; nothing is looked for before the first row of all or after the last. Irregular tables have no slots.
    """
    cadence = schema.cadence_seconds
    if not cadence or source.empty:
        return []
    slots = _slots(source[schema.time], cadence)
    per_day = round(_DAY_SECONDS / cadence)
    days = np.unique(slots // per_day)
    expected = (days[:, None] * per_day + np.arange(per_day)).ravel()
    expected = expected[(expected >= slots.min()) & (expected <= slots.max())]
    gaps: list[dict[str, Any]] = []
    for key, positions in source.groupby(schema.keys, sort=True).indices.items():
        names = dict(zip(schema.keys, key if isinstance(key, tuple) else (key,), strict=True))
        missing = np.setdiff1d(expected, slots[positions])
        for run in np.split(missing, np.flatnonzero(np.diff(missing) > 1) + 1):
            if run.size:
                ends = {"from": _stamp(run[0], cadence), "to": _stamp(run[-1], cadence)}
                gaps.append({**{name: str(part) for name, part in names.items()}, **ends, "slots": int(run.size)})
    return gaps


def _slots(times: pd.Series, cadence: float) -> np.ndarray:
    seconds = pd.to_datetime(times, utc=True).astype("datetime64[us, UTC]").astype("int64").to_numpy() / 1e6
    slots: np.ndarray = np.floor(seconds / cadence).astype(np.int64)
    return slots


def _stamp(slot: int, cadence: float) -> str:
    return f"{pd.Timestamp(slot * cadence, unit='s'):%Y-%m-%dT%H:%M:%SZ}"
