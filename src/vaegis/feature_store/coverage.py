"""How complete each entity's history is, month by month, before any join."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from vaegis.contract import TableSchema

_COUNTS: Final = ("expected", "rows", "missing_slots", "longest_gap_slots")


def coverage(keys: pa.Table, contract: TableSchema) -> pa.Table:
    """Count, per entity and month, the slots that should hold a row, those that do not, and the longest gap.

    Slots lie `cadence_seconds` apart on the days that occur at all, from the first row of any entity to the last of
    any. Without a cadence only `rows` is known; the rest is null. `keys` holds each key and time once.
    """
    frame = keys.to_pandas()
    times = frame[contract.time].dt.tz_localize(None).to_numpy("datetime64[us]")
    if contract.cadence_seconds is None:
        return _row_counts(frame, times, keys, contract)
    groups = frame.groupby(contract.keys, sort=True, observed=True).indices
    records = [
        dict(zip(contract.keys, name if isinstance(name, tuple) else (name,), strict=True)) | record
        for name, rows in groups.items()
        for record in _months(times[rows], times, contract.cadence_seconds)
    ]
    return pa.Table.from_pylist(records, schema=_schema(keys, contract))


def _schema(keys: pa.Table, contract: TableSchema) -> pa.Schema:
    types = [(name, keys.schema.field(name).type) for name in contract.keys]
    types += [("month", pa.string()), *((name, pa.int64()) for name in _COUNTS), ("completeness", pa.float64())]
    return pa.schema(types)


def _row_counts(frame: pd.DataFrame, times: np.ndarray, keys: pa.Table, contract: TableSchema) -> pa.Table:
    """Count all entities at once: in a table of events every row may be one."""
    month = pd.Series(times.astype("datetime64[M]").astype(str), index=frame.index, name="month")
    names = contract.keys
    counted = frame[names].assign(month=month).groupby([*names, "month"], sort=True, observed=True).size()
    schema = _schema(keys, contract)
    table = counted.rename("rows").reset_index().reindex(columns=schema.names)
    return pa.Table.from_pandas(table, schema=schema, preserve_index=False)


def _months(own: np.ndarray, every: np.ndarray, cadence: float) -> Iterator[dict[str, Any]]:
    rows = pd.Series(own.astype("datetime64[M]")).value_counts()
    step = round(cadence * 1_000_000)
    grid = _grid(every, step)
    slots = own.astype("int64") // step
    present = np.isin(grid, slots)
    month_of = (grid * step).astype("datetime64[us]").astype("datetime64[M]")
    for month in np.unique(month_of):
        here = month_of == month
        missing = grid[here & ~present]
        yield _record(
            month,
            int(rows.get(pd.Timestamp(month), 0)),
            expected=int(here.sum()),
            missing_slots=len(missing),
            longest_gap_slots=_longest_run(missing),
            completeness=1.0 - len(missing) / int(here.sum()),
        )


def _record(month: Any, rows: int, **counts: Any) -> dict[str, Any]:
    return {"month": str(np.datetime64(month, "M")), "rows": rows, **counts}


def _grid(every: np.ndarray, step: int) -> np.ndarray:
    """Return the slot numbers from the first to the last row, on the days that hold any row."""
    slots = every.astype("int64") // step
    grid = np.arange(slots.min(), slots.max() + 1)
    days = (grid * step).astype("datetime64[us]").astype("datetime64[D]")
    return grid[np.isin(days, np.unique(every.astype("datetime64[D]")))]


def _longest_run(slots: Sequence[int] | np.ndarray) -> int:
    """Return the length of the longest run of consecutive numbers in a sorted array."""
    if len(slots) == 0:
        return 0
    breaks = np.flatnonzero(np.diff(slots) != 1)
    ends = np.concatenate([[-1], breaks, [len(slots) - 1]])
    return int(np.diff(ends).max())
