"""What a new project will describe: the raw columns with their final roles, and what is derived from them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.inference.inference import Inference
from vaegis.project import derivation
from vaegis.project.derivation import Derivation

SEASON_DAYS: Final = 456
"""A season helps only if the rows before the last fifth of the time span, the test rows, hold a whole year."""
CLOCK_DAYS: Final = 3
CLOCK_HOURS: Final = 4
"""Different hours of the day that make the time of day worth a column: dates alone have one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """The table of a new project."""

    name: str
    """A Python name: of the Feast project, its view and, with endings, of everything else."""
    raw: TableSchema
    """Keys, time and the columns of the store."""
    parts: tuple[Derivation, ...] = ()

    @property
    def service(self) -> str:
        """Name of the feature service."""
        return self.raw.service

    @property
    def derived(self) -> tuple[ColumnSpec, ...]:
        """The derived columns, in order."""
        return tuple(column for part in self.parts for column in part.columns)

    @property
    def schema(self) -> TableSchema:
        """The contract that the feature definitions will come to."""
        columns = (*self.raw.columns, *self.derived)
        return replace(self.raw, columns=columns, derived=tuple(column.name for column in self.derived))


def draw_up(name: str, inference: Inference, frame: pd.DataFrame) -> Blueprint:
    """Decide what is derived; what a derived column replaces is context from then on."""
    raw = inference.schema(f"{name}_v1")
    times = pd.Series(dtype="datetime64[us, UTC]")
    if inference.time:
        times = pd.to_datetime(frame[inference.time], utc=True).dropna()
    has_years = span_days(times) >= SEASON_DAYS or not inference.time
    has_clock = bool(inference.time) and _tells_hours(raw, frame)
    parts = [*_of_time(times, raw.names, has_clock=has_clock), *_of_columns(raw, frame, has_years=has_years)]
    columns = raw.columns
    if inference.label and inference.positive:
        parts.append(derivation.label(raw.column(inference.label), inference.positive))
        columns = _demoted(columns, [inference.label])
    columns = _demoted(columns, [column.name for column in columns if _is_replaced(column, parts)])
    return Blueprint(name=name, raw=replace(raw, columns=columns), parts=tuple(parts))


def span_days(times: pd.Series) -> float:
    """Return the days from the first to the last time; 0 without any."""
    return (times.max() - times.min()) / pd.Timedelta(days=1) if len(times) else 0.0


def without(blueprint: Blueprint, names: Collection[str]) -> Blueprint:
    """Return the blueprint with some raw columns carried along instead of modelled."""
    return replace(blueprint, raw=replace(blueprint.raw, columns=_demoted(blueprint.raw.columns, names)))


def _of_time(times: pd.Series, taken: Sequence[str], *, has_clock: bool) -> list[Derivation]:
    span = span_days(times)
    parts = []
    if not has_clock and span >= CLOCK_DAYS and times.dt.hour.nunique() >= CLOCK_HOURS:
        parts.append(derivation.clock(taken))
    if span >= SEASON_DAYS:
        parts.append(derivation.season(taken))
    return [part for part in parts if part]


def _of_columns(raw: TableSchema, frame: pd.DataFrame, *, has_years: bool) -> list[Derivation]:
    turning = [column for column in raw.features if column.kind == "angle" and _in_degrees(frame[column.name])]
    dates = [column for column in raw.columns if column.kind == "time" and column.role == "context"]
    varied = [date for date in dates if pd.to_datetime(frame[date.name], utc=True).nunique() > 1]
    long = [
        date for date in varied if has_years and span_days(pd.to_datetime(frame[date.name], utc=True)) >= SEASON_DAYS
    ]
    parts = (
        derivation.angles(turning, raw.names),
        derivation.ages(varied, raw.names),
        derivation.seasons(long, raw.names),
    )
    return [part for part in parts if part]


def _tells_hours(raw: TableSchema, frame: pd.DataFrame) -> bool:
    """Whether a column is the hour of the event time already, by a clock of its own that may know summer time."""
    hours = pd.to_datetime(frame[raw.time], utc=True).dt.hour
    able = [column.name for column in raw.features if CLOCK_HOURS <= frame[column.name].nunique() <= 24]
    return any(hours.groupby(frame[name]).nunique().max() <= 2 for name in able)


def _in_degrees(values: pd.Series) -> bool:
    """Tell degrees from radians, whose full turn is 6.28."""
    return bool(np.nanmax(np.abs(values.to_numpy(dtype=np.float64)), initial=0.0) > 2 * np.pi)


def _is_replaced(column: ColumnSpec, parts: Sequence[Derivation]) -> bool:
    made = {item.name for part in parts for item in part.columns}
    return column.kind == "angle" and column.role == "feature" and f"{column.name}_sin" in made


def _demoted(columns: Sequence[ColumnSpec], names: Collection[str]) -> tuple[ColumnSpec, ...]:
    return tuple(replace(column, role="context") if column.name in names else column for column in columns)
