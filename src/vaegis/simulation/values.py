"""Values that a scenario sets, held against the contract and against what training saw."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.level_code import LevelCode
from vaegis.data.number_code import NumberCode
from vaegis.errors import ConfigError, DataError
from vaegis.fitted.model import FittedModel
from vaegis.simulation.scenario import MAX_STEPS, WHERE

POINTS: Final = 21
"""Points of a sweep that names only its ends."""
_ROUNDING: Final = 1e-4
"""Share of a range by which a value may lie beyond it: ends are told in few digits and settable as told."""
_JUST_BELOW_ONE: Final = 1.0 - 2.0**-40


class Settable:
    """The columns of a model that a scenario may set, and the values that each may take."""

    def __init__(self, model: FittedModel) -> None:
        self._columns = {column.name: column for column in model.schema.inputs}
        codec = None if model.generator is None else model.generator.codec
        self._ranges = model.transform.ranges
        """What can be set without a generator; `sample` refuses what lies beyond, so a scenario says so first."""
        self._codes = {} if codec is None else dict(zip(codec.names, codec.codes, strict=True))

    def column(self, name: str) -> ColumnSpec:
        """Return a column, or say which there are."""
        if name not in self._columns:
            raise DataError(f"there is no column {name!r}", allowed=", ".join(self._columns), where=WHERE)
        return self._columns[name]

    def value(self, name: str, value: Any) -> Any:
        """Return a value in the column's type.

        Raises:
            DataError: it is of another type, beyond the contract's bounds, or beyond all that training saw.
        """
        column = self.column(name)
        if column.is_discrete or column.dtype == "string":
            return self._level(column, value)
        if column.dtype == "timestamp":
            return _time(name, value)
        number = as_number(name, value)
        low, high = self.bounds(name)
        slack = _ROUNDING * (high - low) if np.isfinite(high - low) else 0.0
        if not low - slack <= number <= high + slack:
            raise DataError(f"column {name!r}: {number:g}", allowed=f"{low:g} to {high:g}", where=WHERE)
        number = min(max(number, low), high)
        return round(number) if column.dtype == "int64" else number

    def moved(self, values: pd.Series, amount: float) -> pd.Series:
        """Return the values of a column further by an amount; whole numbers stay whole."""
        shifted = values + amount
        return shifted.round() if self.column(str(values.name)).dtype == "int64" else shifted

    def bounds(self, name: str) -> tuple[float, float]:
        """Return the smallest and largest value of a number that can be set: by the contract, and by training rows."""
        column, code = self.column(name), self._codes.get(name)
        low = -np.inf if column.minimum is None else column.minimum
        high = np.inf if column.maximum is None else column.maximum
        if isinstance(code, NumberCode) and len(code.values):
            low, high = max(low, float(code.values.min())), min(high, float(code.values.max()))
        elif name in self._ranges:
            low, high = self._ranges[name]
        return low, high

    def levels(self, name: str) -> tuple[str, ...]:
        """Return the levels of a discrete column that can be set."""
        code = self._codes.get(name)
        return (*code.levels, *code.rare) if isinstance(code, LevelCode) else ()

    def sweep(self, name: str, asked: Any) -> list[Any]:
        """Return the values of a sweep: `low:high`, `low:high:steps`, a comma between values, a list, or `all`."""
        column = self.column(name)
        if asked == "all" and column.is_discrete and self.levels(name):
            return [self.value(name, level) for level in self.levels(name)]
        if isinstance(asked, str) and ":" in asked and not column.is_discrete and column.dtype != "timestamp":
            return list(dict.fromkeys(self.value(name, float(point)) for point in _points(name, asked)))
        parts = asked.split(",") if isinstance(asked, str) else asked
        parts = parts if isinstance(parts, Sequence) else [parts]
        return [self.value(name, part.strip() if isinstance(part, str) else part) for part in parts]

    def stands_for(self, name: str, value: Any) -> dict[str, Any] | None:
        """Return the level that a number is for the generator: `low`, `high`, and its `share` of the training rows."""
        code = self._codes.get(name)
        if not isinstance(code, NumberCode) or isinstance(value, pd.Timestamp):
            return None
        codes_R = code.encode(np.asarray([float(value)] * 2))
        low, high = code.decode(codes_R, np.asarray([0.0, _JUST_BELOW_ONE])).tolist()
        return {"low": low, "high": high, "share": float(code.mass_L[codes_R[0]])}

    def _level(self, column: ColumnSpec, value: Any) -> Any:
        if column.dtype == "bool":
            known: dict[str, Any] = {"true": True, "1": True, "false": False, "0": False}
            if str(value).lower() not in known:
                raise DataError(f"column {column.name!r}: {value!r}", allowed="true, false", where=WHERE)
            return known[str(value).lower()]
        if column.dtype != "string":
            return as_number(column.name, value)
        levels = self.levels(column.name)
        if levels and str(value) not in levels:
            shown = ", ".join(levels[:20]) + (", ..." if len(levels) > 20 else "")
            raise DataError(f"column {column.name!r}: {value!r}", allowed=shown, where=WHERE)
        return str(value)


def swept_values(settable: Settable, sweep: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the values of each swept column."""
    return {name: settable.sweep(name, asked) for name, asked in sweep.items()}


def grid(swept: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return every combination of swept values, the last column fastest."""
    steps: list[dict[str, Any]] = [{}]
    for name, values in swept.items():
        if len(steps) * len(values) > MAX_STEPS:
            raise ConfigError("the sweep has too many steps", allowed=f"{MAX_STEPS} at most", where=f"{WHERE}: sweep")
        steps = [{**step, name: value} for step in steps for value in values]
    return steps


def as_number(name: str, value: Any) -> float:
    """Return a finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number) or isinstance(value, bool):
        raise DataError(f"column {name!r}: {value!r}", allowed="a number", where=WHERE)
    return number


def _points(name: str, asked: str) -> np.ndarray:
    parts = asked.split(":")
    steps = int(parts[2]) if len(parts) == 3 and parts[2].isdigit() else POINTS if len(parts) == 2 else 0
    if steps < 2:
        what = f"sweep of {name!r} is {asked!r}"
        raise ConfigError(what, allowed="low:high or low:high:steps, at least 2", where=f"{WHERE}: sweep")
    ends = (as_number(name, parts[0]), as_number(name, parts[1]))
    return np.asarray(np.linspace(*ends, steps).round(12))


def _time(name: str, value: Any) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(value)
    except (TypeError, ValueError):
        raise DataError(f"column {name!r}: {value!r}", allowed="a time", where=WHERE) from None
    return moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
