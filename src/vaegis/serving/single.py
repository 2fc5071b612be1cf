"""One usual row, read without numpy: its calls cost more than the arithmetic of a row. D and C columns, X = D + C.

Whatever is not usual, such as a wrong type, a level never seen or a time, is left to `serving.rows`, which
knows what to say of it; what is read here is the same to the bit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Any, Final, Self

import numpy as np

from vaegis.contract import ColumnSpec
from vaegis.data.arrays import TableArrays
from vaegis.data.levels import RARE
from vaegis.data.shapes import Shape
from vaegis.data.tails import TAIL, compress
from vaegis.data.texts import shortest
from vaegis.data.transform import TableTransform

_NUMBERS: Final = (float, int)
_TYPES: Final = {"string": (str,), "bool": (bool, *_NUMBERS)}
_POSSIBLE: Final[dict[str, Callable[[str], bool]]] = {
    "int64": lambda text: text != RARE and float(text).is_integer(),
    "bool": lambda text: text in ("0", "1"),
}
"""Training may hold a level that the contract does not allow in a request."""


@dataclass(frozen=True, slots=True)
class _Number:
    name: str
    center: float
    scale: float
    is_whole: bool
    shape: Shape | None
    """None where center, scale and tails are all there is."""

    def standardise(self, x: float) -> float | None:
        """Return a cell on the standardised scale, None where it is not usual."""
        if type(x) not in _NUMBERS or not isfinite(x) or (self.is_whole and x % 1):
            return None
        if self.shape is not None:
            return float(self.shape.standardise(np.array([x], dtype=np.float64), self.center, self.scale)[0])
        z = (x - self.center) / self.scale
        if -TAIL < z < TAIL:
            return z
        return None if isnan(z) else float(compress(np.array([z]))[0])  # NaN: no value in training


@dataclass(frozen=True, slots=True)
class _Level:
    name: str
    types: tuple[type, ...]
    codes: Mapping[str, int]

    def code(self, value: Any, max_text: int) -> int | None:
        """Return the code of a cell; None where training did not hold it, or it is of a wrong type or too long."""
        if type(value) not in self.types:
            return None
        text = value if type(value) is str else shortest(value)
        return self.codes.get(text) if len(text) <= max_text else None


@dataclass(frozen=True, slots=True)
class SingleReader:
    """Reads a row of a table's columns."""

    numbers: tuple[_Number, ...]
    levels: tuple[_Level, ...]

    @classmethod
    def of(cls, transform: TableTransform) -> Self | None:
        """Return the reader of a fitted transform; None where a column is a time, or a flag that is a number."""
        if any(column.dtype not in ("float64", "int64") for column in transform.numeric):
            return None
        shapes = transform.shapes or (Shape(),) * len(transform.numeric)
        scales = zip(transform.numeric, transform.center_D.tolist(), transform.scale_D.tolist(), shapes, strict=True)
        levels = zip(transform.discrete, transform.levels, strict=True)
        return cls(tuple(_number(*one) for one in scales), tuple(_level(*one) for one in levels))

    def read(self, record: Mapping[str, Any], max_text: int) -> TableArrays | None:
        """Return the row's arrays, or None where a cell or its absence is not usual."""
        values: list[float] = []
        codes: list[int] = []
        observed: list[float] = []
        for number in self.numbers:
            x = record.get(number.name, record)  # the record itself is no cell
            z = 0.0 if x is None else number.standardise(x)
            if z is None:
                return None
            values.append(z)
            observed.append(0.0 if x is None else 1.0)
        for level in self.levels:
            value = record.get(level.name, record)
            code = 0 if value is None else level.code(value, max_text)
            if code is None:
                return None
            codes.append(code)
            observed.append(1.0 if code else 0.0)
        return TableArrays(
            np.array([values], dtype=np.float32), np.array([codes], dtype=np.int64), np.array([observed], np.float32)
        )


def _number(column: ColumnSpec, center: float, scale: float, shape: Shape) -> _Number:
    return _Number(column.name, center, scale, column.dtype == "int64", None if shape.is_plain else shape)


def _level(column: ColumnSpec, levels: tuple[str, ...]) -> _Level:
    is_possible = _POSSIBLE.get(column.dtype)
    codes = {text: code for code, text in enumerate(levels, 1) if is_possible is None or is_possible(text)}
    return _Level(column.name, _TYPES.get(column.dtype, _NUMBERS), codes)
