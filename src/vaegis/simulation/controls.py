"""Columns as a page lets one set them. Ends and steps are told in few digits, and can be set as told."""

import math
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.simulation.values import Settable

POSITIONS: Final = 200
"""Positions that a slider has, at least."""
_SHOWN: Final = 0.005
_BESIDE: Final = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """A column: its levels, or a number between the ends that training saw."""

    column: ColumnSpec
    levels: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    step: float = 0.1
    shown: tuple[float, float] = (0.0, 1.0)
    """The range in which nearly all usual rows lie."""
    middle: float = 0.0
    """The median of usual rows."""

    @property
    def name(self) -> str:
        """Return the column's name."""
        return self.column.name

    @property
    def label(self) -> str:
        """Return the name with its unit."""
        return f"{self.name} ({self.column.unit})" if self.column.unit else self.name

    @property
    def can_be_set(self) -> bool:
        """Whether there is more than one value to choose from."""
        return len(self.levels) > 1 or self.high > self.low

    @property
    def reach(self) -> float:
        """Return how far values can be shifted either way: half of the range, in whole steps."""
        return round((self.high - self.low) / self.step / 2.0) * self.step

    @property
    def decimals(self) -> int:
        """Return how many decimals a step has."""
        return _decimals(self.step)

    def near(self, value: float) -> float:
        """Return the closest value that a slider can show."""
        return self.rounded(min(max(value, self.low), self.high))

    def rounded(self, value: float) -> float:
        """Return a number in the digits of a step, never the zero below zero."""
        return round(value, self.decimals) + 0.0

    def text(self, value: float) -> str:
        """Return a value of a slider as it is typed."""
        text = repr(self.rounded(float(value)))
        return text.removesuffix(".0")


def control_of(column: ColumnSpec, settable: Settable, usual: pd.Series) -> Control:
    """Return a column with what it can be set to, and where usual rows have it."""
    if column.is_discrete:
        return Control(column=column, levels=tuple(str(level) for level in settable.levels(column.name)))
    shown = _shown(usual.dropna())
    least, most = settable.bounds(column.name)
    least, most = (least if math.isfinite(least) else shown[0]), (most if math.isfinite(most) else shown[1])
    shown = max(least, shown[0]), min(most, shown[1])
    step = 1.0 if column.dtype == "int64" else _handy((most - least) / POSITIONS)
    low, high = _inwards(least, most, step)
    bare = Control(column=column, low=low, high=max(low, high), step=step)
    middle = float(usual.median()) if usual.notna().any() else low
    return replace(bare, shown=(bare.near(shown[0]), bare.near(shown[1])), middle=bare.near(middle))


def _shown(values: pd.Series) -> tuple[float, float]:
    """Return the range in which nearly all usual rows lie: a few far out would leave the others one bar."""
    if values.empty:
        return 0.0, 1.0
    low, high = (float(edge) for edge in values.quantile([_SHOWN, 1.0 - _SHOWN]))
    beside = _BESIDE * (high - low)
    return (low - beside, high + beside) if high > low else (low, low + 1.0)


def _handy(width: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is no wider."""
    if not width > 0.0:
        return 0.1
    power = float(10.0 ** math.floor(math.log10(width)))
    return max(times * power for times in (1.0, 2.0, 5.0) if times == 1.0 or times * power <= width)


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step)))


def _inwards(low: float, high: float, step: float) -> tuple[float, float]:
    """Return the outermost multiples of a step that lie inside."""
    ends = math.ceil(low / step - 1e-6) * step, math.floor(high / step + 1e-6) * step
    return round(ends[0], _decimals(step)) + 0.0, round(ends[1], _decimals(step)) + 0.0
