"""Rows in their units to standardised batches and back; fitted on training rows, stored as JSON.

Numeric: z = (x - mean) / std, with logarithmic tails beyond 3 so that one wild value cannot rule a batch, or what its
shape says (`data.shapes`): angles in radians, normal scores, exact points. Times are seconds since 1970.
Discrete: levels in sorted order from code 1; code 0 is missing, or never seen where no level stands for the rest.
A column without any value in training is never observed, and decodes to missing.
N rows, D numeric columns, C discrete columns.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, conform
from vaegis.data.arrays import TableArrays
from vaegis.data.levels import choose_levels, order_levels
from vaegis.data.modelled import require_modelled
from vaegis.data.moments import Moments
from vaegis.data.ranges import Ranges, condition_ranges
from vaegis.data.seconds import as_numbers, as_times
from vaegis.data.shapes import Shape, fit_shapes
from vaegis.data.tails import TAIL, compress, expand
from vaegis.data.texts import as_text, codes_of, values_of
from vaegis.errors import DataError

if TYPE_CHECKING:  # scoring without torch reads rows too
    from vaegis.data.batches import TableBatch

__all__ = ["TAIL", "TableTransform", "as_text", "compress", "expand"]

_BLOCK_ROWS: Final = 4096
"""Rows that are standardised at once: float64 in between stays in the cache."""


@dataclass(frozen=True)
class TableTransform:
    """An invertible map between frames of the contract's features and `TableBatch`."""

    columns: tuple[ColumnSpec, ...]
    center_D: np.ndarray
    """NaN for a column without any value in training."""
    scale_D: np.ndarray
    levels: tuple[tuple[str, ...], ...]
    """For each discrete column its levels, as text; `RARE`, if there, is the last."""
    shapes: tuple[Shape, ...] = ()
    """For each numeric column what else its scale is; empty where all are plain."""
    ranges: Ranges = field(default_factory=dict)
    """Between which values training saw the conditions that are numbers or times."""

    @cached_property
    def numeric(self) -> list[ColumnSpec]:
        """The numeric columns, in order."""
        return [column for column in self.columns if not column.is_discrete]

    @cached_property
    def discrete(self) -> list[ColumnSpec]:
        """The discrete columns, in order."""
        return [column for column in self.columns if column.is_discrete]

    @property
    def num_levels(self) -> tuple[int, ...]:
        """Levels of each discrete column, at least one: a column without any needs an output too."""
        return tuple(max(1, len(levels)) for levels in self.levels)

    @classmethod
    def fit(cls, columns: Sequence[ColumnSpec], frames: Iterable[pd.DataFrame], *, max_levels: int) -> Self:
        """Learn means, scales and levels (at most `max_levels` by name) in one pass.

        A constant column gets scale 1, so it is harmless.

        Raises:
            DataError: there are no rows, no column has a value, or a column's kind cannot be modelled.
        """
        require_modelled(columns)
        numeric = [column for column in columns if not column.is_discrete]
        discrete = [column for column in columns if column.is_discrete]
        moments = Moments(len(numeric))
        seen: list[Counter[str]] = [Counter() for _ in discrete]
        for frame in frames:
            rows = conform(frame, columns)
            moments.add(_matrix(rows, numeric))
            for counts, column in zip(seen, discrete, strict=True):
                counts.update(as_text(rows[column.name]).value_counts().to_dict())
        if not moments.count_D.any() and not any(seen):
            allowed = "at least one value in one column"
            raise DataError("no feature has a value in the training rows", allowed=allowed, where="pull more rows")
        center_D, scale_D, shapes = fit_shapes(numeric, moments)
        levels = tuple(_levels_of(column, counts, max_levels) for column, counts in zip(discrete, seen, strict=True))
        return cls(tuple(columns), center_D, scale_D, levels, shapes, condition_ranges(numeric, moments))

    @property
    def empty(self) -> list[str]:
        """Names of the columns that had no value in training."""
        numbers = [column.name for column, center in zip(self.numeric, self.center_D, strict=True) if np.isnan(center)]
        return numbers + [column.name for column, item in zip(self.discrete, self.levels, strict=True) if not item]

    def encode(self, frame: pd.DataFrame) -> "TableBatch":
        """Transform rows into what a network reads; missing cells are marked as not observed.

        Levels that are not kept become the one for the rest or, where there is none, code 0 and not observed.

        Raises:
            DataError: a column is missing or of the wrong type.
        """
        from vaegis.data.batches import as_batch  # noqa: PLC0415 - torch

        return as_batch(self.arrays(frame))

    def arrays(self, frame: pd.DataFrame) -> TableArrays:
        """Return what `encode` does, before it is made tensors."""
        rows = conform(frame, self.columns)
        x_ND = np.empty((len(rows), len(self.numeric)), order="F")
        for d, column in enumerate(self.numeric):
            x_ND[:, d] = as_numbers(rows[column.name])
        return self.standardise(x_ND, [as_text(rows[column.name]) for column in self.discrete])

    def standardise(self, x_ND: np.ndarray, texts: Sequence[Any]) -> TableArrays:
        """Transform cells that are of the contract's types already.

        Args:
            x_ND: the numeric columns in order, float64, NaN where missing.
            texts: the discrete columns in order, each N texts, None where missing.
        """
        (known_D, center_D), num_numeric = self._centers, x_ND.shape[1]
        z_ND = np.empty(x_ND.shape, dtype=np.float32)
        observed_NX = np.empty((len(x_ND), len(self.columns)), dtype=np.float32)
        for start in range(0, len(x_ND), _BLOCK_ROWS):
            block = slice(start, start + _BLOCK_ROWS)
            observed_BD = np.isfinite(x_ND[block]) & known_D
            x_BD = x_ND[block] if observed_BD.all() else np.where(observed_BD, x_ND[block], center_D)
            with np.errstate(over="ignore"):  # `compress` sees to it
                z_ND[block] = compress((x_BD - center_D) / self.scale_D)
            for d, shape in self._shaped:
                z_B = shape.standardise(x_BD[:, d], center_D[d], self.scale_D[d])
                z_ND[block, d] = np.where(observed_BD[:, d], z_B, 0.0)
            observed_NX[block, :num_numeric] = observed_BD
        codes_NC = self._codes(texts, len(x_ND))
        observed_NX[:, num_numeric:] = codes_NC > 0
        return TableArrays(z_ND, codes_NC, observed_NX)

    def decode(self, values_ND: np.ndarray, codes_NC: np.ndarray, index: pd.Index | None = None) -> pd.DataFrame:
        """Map standardised values and codes back to columns in their units and dtypes."""
        numbers = self.as_amounts(values_ND, index)
        data: dict[str, Any] = {}
        for column in self.numeric:
            amounts = numbers[column.name]
            data[column.name] = (amounts.round() if column.dtype == "int64" else amounts).array
        for c, column in enumerate(self.discrete):
            data[column.name] = values_of(self.levels[c], column)[codes_NC[:, c]]
        return pd.DataFrame({column.name: data[column.name] for column in self.columns}, index=numbers.index)

    def as_amounts(self, values_ND: np.ndarray, index: pd.Index | None = None) -> pd.DataFrame:
        """Return the numeric columns in their units, whole numbers not rounded; times as times."""
        x_ND = self.in_units(values_ND)
        index = pd.RangeIndex(len(x_ND)) if index is None else index
        data = {
            column.name: as_times(x_ND[:, d]).array if column.dtype == "timestamp" else x_ND[:, d]
            for d, column in enumerate(self.numeric)
        }
        return pd.DataFrame(data, index=index)

    def as_levels(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the discrete columns as text, in the levels the model knows.

        The level for the rest has no number, so a column of numbers is missing there, as `decode` leaves it.
        """
        rows = conform(frame, self.columns)
        codes_NC = self._codes([as_text(rows[column.name]) for column in self.discrete], len(rows))
        texts = {
            column.name: as_text(pd.Series(values_of(levels, column)))[codes_NC[:, c]].to_numpy()
            for c, (column, levels) in enumerate(zip(self.discrete, self.levels, strict=True))
        }
        return pd.DataFrame(texts, index=frame.index)

    def bound(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Move numeric values beyond the contract's minimum or maximum onto it."""
        edges = {column.name: (column.minimum, column.maximum) for column in self.numeric}
        return frame.assign(**{name: frame[name].clip(low, high) for name, (low, high) in edges.items()})

    def in_units(self, values_ND: np.ndarray) -> np.ndarray:
        """Undo standardisation of the numeric columns; times are in seconds since 1970."""
        z_ND = values_ND.astype(np.float64)
        x_ND = expand(z_ND) * self.scale_D + self.center_D
        for d, shape in self._shaped:
            x_ND[:, d] = shape.in_units(z_ND[:, d], self.center_D[d], self.scale_D[d])
        return np.asarray(x_ND)

    @cached_property
    def _centers(self) -> tuple[np.ndarray, np.ndarray]:
        """Which numeric columns had a value in training, and their centers, 0 for the others."""
        known_D = np.isfinite(self.center_D)
        return known_D, np.where(known_D, self.center_D, 0.0)

    @cached_property
    def _shaped(self) -> list[tuple[int, Shape]]:
        return [(d, shape) for d, shape in enumerate(self.shapes) if not shape.is_plain]

    def _codes(self, texts: Sequence[Any], num_rows: int) -> np.ndarray:
        codes_NC = np.empty((num_rows, len(self.levels)), dtype=np.int64)
        for c, (text, levels) in enumerate(zip(texts, self.levels, strict=True)):
            codes_NC[:, c] = codes_of(np.asarray(text), levels)
        return codes_NC

    def to_json(self) -> dict[str, Any]:
        """Return the fitted state as plain JSON."""
        ranges = {"ranges": {name: list(ends) for name, ends in self.ranges.items()}} if self.ranges else {}
        return {
            "columns": [column.to_json() for column in self.columns],
            "center": [None if np.isnan(center) else center for center in self.center_D.tolist()],
            "scale": self.scale_D.tolist(),
            "levels": [list(levels) for levels in self.levels],
            "shapes": [shape.to_json() for shape in self.shapes],
            **ranges,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        return cls(
            tuple(ColumnSpec.from_json(item) for item in record["columns"]),
            np.asarray(record["center"], dtype=np.float64),
            np.asarray(record["scale"], dtype=np.float64),
            tuple(tuple(levels) for levels in record["levels"]),
            tuple(Shape.from_json(item) for item in record.get("shapes", ())),
            {name: (low, high) for name, (low, high) in record.get("ranges", {}).items()},
        )


def _levels_of(column: ColumnSpec, counts: Counter[str], max_levels: int) -> tuple[str, ...]:
    return order_levels(counts, column, max_levels) if column.kind == "ordinal" else choose_levels(counts, max_levels)


def _matrix(rows: pd.DataFrame, numeric: Sequence[ColumnSpec]) -> np.ndarray:
    columns = [as_numbers(rows[column.name]) for column in numeric]
    return np.stack(columns, axis=1) if columns else np.zeros((len(rows), 0))
