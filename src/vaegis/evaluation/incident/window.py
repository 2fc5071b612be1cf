"""The row that was asked for, among the rows of its entity on the day around it."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vaegis.contract import TableSchema
from vaegis.errors import ConfigError, DataError
from vaegis.evaluation.incident.entity import of_entity, open_rows, unknown_entity

HALF_DAY: Final = timedelta(hours=12)
FEWEST: Final = 6
"""Rows below which a day shows nothing, and the rows nearest in time are shown instead."""
NEAREST: Final = 24
"""How many of those, on each side."""
_TOLD: Final = 4
"""Times that an error proposes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Where rows are looked for."""

    rows: Path
    """Rows of every entity."""
    broken: Path | None = None
    """Lines of rule and value for each of them that was set aside; None where nothing was validated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Rows of one entity in order of time, and which of them was asked for."""

    rows: pd.DataFrame
    place: int
    whole_day: bool
    """Whether it is the day around the row, rather than the rows nearest to it."""
    set_aside: np.ndarray
    """(N,) True where a rule of the table broke."""
    rules: tuple[dict[str, str], ...]
    """What the row itself broke: `expectation`, `column`, `value`."""
    row_id: str

    @property
    def row(self) -> pd.DataFrame:
        """The row itself, as a frame."""
        return self.rows.iloc[[self.place]]


def read_window(files: Files, schema: TableSchema, columns: list[str], entity: str, time: str) -> Window:
    """Find a row by its entity and time (UTC unless it says otherwise; of an only row it may be empty).

    Raises:
        ConfigError: the words are no time, or not as many keys as the entity has.
        DataError: there is no row of this entity, or none at this time.
    """
    found = open_rows(files.rows, schema, columns)
    mine = of_entity(files.rows, found, schema, entity)
    table = pq.read_table(files.rows, columns=[schema.time], filters=mine)
    times = _utc(table.column(schema.time).to_pandas()).sort_values(ignore_index=True)
    if times.empty:
        raise unknown_entity(files.rows, schema, entity)
    moment = _choose(times, time, entity)
    first, last, whole_day = _span(times, moment)
    kind = found.field(schema.time).type
    inside = mine & (pc.field(schema.time) >= _stamp(first, kind)) & (pc.field(schema.time) <= _stamp(last, kind))
    names = [name for name in schema.names if name in found.names]
    rows = pq.read_table(files.rows, columns=names, filters=inside).to_pandas()
    rows[schema.time] = _utc(rows[schema.time])
    rows = rows.sort_values(schema.time, ignore_index=True)
    ids = schema.row_ids(rows)
    place = int(np.flatnonzero((rows[schema.time] == moment).to_numpy())[0])
    lines = _broken(files.broken, list(ids))
    own = lines[lines["row_id"] == ids.iloc[place]].drop(columns="row_id").astype(str)
    return Window(
        rows=rows,
        place=place,
        whole_day=whole_day,
        set_aside=ids.isin(lines["row_id"]).to_numpy(),
        rules=tuple({str(key): str(cell) for key, cell in line.items()} for line in own.to_dict("records")),
        row_id=str(ids.iloc[place]),
    )


def parse_time(word: str) -> pd.Timestamp:
    """Read a moment; without a zone it is UTC."""
    try:
        moment = pd.Timestamp(word)
    except ValueError:
        moment = pd.NaT
    if moment is pd.NaT:
        allowed = "a time such as '2015-03-04 10:20' (UTC) or 2015-03-04T11:20+01:00"
        raise ConfigError(f"{word!r} is no time", allowed=allowed, where="TIME")
    return moment.tz_localize("UTC") if moment.tz is None else moment.tz_convert("UTC")


def _choose(times: pd.Series, time: str, entity: str) -> pd.Timestamp:
    if not time and len(times) == 1:
        return pd.Timestamp(times.iloc[0])
    moment = parse_time(time) if time else pd.NaT
    if (times == moment).any():
        return moment
    after = int(times.searchsorted(moment)) if time else len(times)
    first = max(0, min(after - _TOLD // 2, len(times) - _TOLD))
    near = ", ".join(f"'{_minutes(other)}'" for other in times[first : first + _TOLD])
    what = f"no row of {entity!r} is at {_minutes(moment)}" if time else f"{entity!r} has {len(times):,} rows"
    raise DataError(what, allowed=f"{'nearest' if time else 'the last'} {near} (UTC)", where="TIME")


def _span(times: pd.Series, moment: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp, bool]:
    first, last = moment - HALF_DAY, moment + HALF_DAY
    if ((times >= first) & (times <= last)).sum() >= FEWEST:
        return first, last, True
    place = int(times.searchsorted(moment))
    return times.iloc[max(0, place - NEAREST)], times.iloc[min(len(times) - 1, place + NEAREST)], False


def _broken(path: Path | None, ids: list[str]) -> pd.DataFrame:
    if path is None or not path.is_file():
        return pd.DataFrame(columns=["row_id", "expectation", "column", "value"], dtype=object)
    return pq.read_table(path, filters=pc.field("row_id").isin(ids)).to_pandas()


def _utc(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]")


def _stamp(moment: pd.Timestamp, kind: pa.TimestampType) -> Any:
    plain = moment if kind.tz else moment.tz_localize(None)
    return pa.scalar(plain.as_unit(kind.unit).to_pydatetime() if kind.unit != "ns" else plain, type=kind)


def _minutes(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment.second == 0 else f"{moment:%Y-%m-%d %H:%M:%S}"
