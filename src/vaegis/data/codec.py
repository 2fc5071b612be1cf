"""Rows in their units to codes and back: every column becomes categorical, whatever it holds.

The codes are what an autoregressive network models; each is a level (a name, a frequent value, a bin) from 1, or 0 for
missing. Decoding is exact but inside a bin, where the value is drawn. Fitted on training rows, stored as JSON.
N rows, X columns.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, conform
from vaegis.data.level_code import LevelCode
from vaegis.data.number_code import NumberCode
from vaegis.data.ranges import in_words
from vaegis.data.transform import as_text
from vaegis.errors import DataError

ColumnCode = NumberCode | LevelCode
TIME: Final = "datetime64[us, UTC]"


@dataclass(frozen=True, slots=True)
class TableCodec:
    """A map between frames of the contract's columns and codes, invertible up to the bin."""

    columns: tuple[ColumnSpec, ...]
    """In the order in which they are generated."""
    codes: tuple[ColumnCode, ...]

    @classmethod
    def fit(cls, columns: Sequence[ColumnSpec], frames: Iterable[pd.DataFrame]) -> Self:
        """Learn the levels of each column.

        Raises:
            DataError: there are no rows, or a column is missing or of the wrong type.
        """
        numbers: dict[str, list[np.ndarray]] = {column.name: [] for column in columns}
        names: dict[str, Counter[str]] = {column.name: Counter() for column in columns}
        num_missing: Counter[str] = Counter()
        num_rows = 0
        for frame in frames:
            rows = conform(frame, columns)
            num_rows += len(rows)
            for column in columns:
                if column.is_discrete:
                    texts = as_text(rows[column.name])
                    names[column.name].update(texts.value_counts().to_dict())
                    num_missing[column.name] += int(texts.isna().sum())
                else:
                    numbers[column.name].append(_numbers(rows[column.name], column))
        if not num_rows:
            raise DataError("no training rows", allowed="at least one", where="pull more rows")
        fitted = [
            LevelCode.fit(names[column.name], num_missing[column.name])
            if column.is_discrete
            else NumberCode.fit(numbers[column.name])
            for column in columns
        ]
        return cls(tuple(columns), tuple(fitted))

    @property
    def num_levels(self) -> tuple[int, ...]:
        """Number of codes of each column."""
        return tuple(code.num_levels for code in self.codes)

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    def encode(self, frame: pd.DataFrame, columns: Sequence[str] | None = None) -> np.ndarray:
        """Return codes NX (int16) of all columns, or of those named, in the codec's order.

        Raises:
            DataError: a column is missing or of the wrong type.
        """
        chosen = [x for x, name in enumerate(self.names) if columns is None or name in columns]
        rows = conform(frame, [self.columns[x] for x in chosen])
        codes_NX = np.zeros((len(rows), len(chosen)), dtype=np.int16)
        for position, x in enumerate(chosen):
            codes_NX[:, position] = _encode(rows[self.columns[x].name], self.columns[x], self.codes[x])
        return codes_NX

    def decode(self, codes_NX: np.ndarray, uniform_NX: np.ndarray) -> pd.DataFrame:
        """Return rows in their units and dtypes; `uniform_NX` in [0, 1) draws values inside bins and rare names.

        Whole numbers and truth values are floats or objects where training had missing ones.
        """
        data = {
            column.name: _decode(codes_NX[:, x], uniform_NX[:, x], column, self.codes[x])
            for x, column in enumerate(self.columns)
        }
        return pd.DataFrame(data)

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the columns that `frame` has, exact as they stand there, in the dtypes of `decode`."""
        chosen = [x for x, name in enumerate(self.names) if name in frame.columns]
        rows = conform(frame, [self.columns[x] for x in chosen]).reset_index(drop=True)
        for x in chosen:
            column = self.columns[x]
            if column.dtype in ("int64", "bool"):
                values = rows[column.name].to_numpy(dtype=np.float64)
                rows[column.name] = _typed(values, column, missing=self.codes[x].missing)
        return rows

    def known(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return which cells of the columns that `frame` has training knows: a level by name, a number in its range."""
        chosen = [x for x, name in enumerate(self.names) if name in frame.columns]
        rows = conform(frame, [self.columns[x] for x in chosen])
        cells = {}
        for x in chosen:
            column, code = self.columns[x], self.codes[x]
            values = rows[column.name]
            cells[column.name] = code.knows(as_text(values) if isinstance(code, LevelCode) else _raw(values, column))
        return pd.DataFrame(cells, index=frame.index)

    def range_of(self, name: str) -> str:
        """Return in words between which numbers or times training saw a column; of levels nothing."""
        column, code = self.columns[self.names.index(name)], self.codes[self.names.index(name)]
        if isinstance(code, LevelCode) or not len(code.values):
            return ""
        unit = 1e6 if column.dtype == "timestamp" else 1.0
        return in_words((code.values.min() / unit, code.values.max() / unit), column)

    def to_json(self) -> dict[str, Any]:
        """Return the fitted state as plain JSON."""
        return {
            "columns": [column.to_json() for column in self.columns],
            "codes": [code.to_json() for code in self.codes],
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        columns = tuple(ColumnSpec.from_json(item) for item in record["columns"])
        kinds: list[type[ColumnCode]] = [LevelCode if column.is_discrete else NumberCode for column in columns]
        return cls(columns, tuple(kind.from_json(item) for kind, item in zip(kinds, record["codes"], strict=True)))


def _encode(values: pd.Series, column: ColumnSpec, code: ColumnCode) -> np.ndarray:
    return code.encode(as_text(values)) if isinstance(code, LevelCode) else code.encode(_numbers(values, column))


def _raw(values: pd.Series, column: ColumnSpec) -> np.ndarray:
    if column.dtype == "timestamp":
        micros = values.to_numpy(dtype="datetime64[us]").astype(np.int64).astype(np.float64)
        return np.asarray(np.where(values.isna(), np.nan, micros))
    return np.asarray(values.to_numpy(dtype=np.float64))


def _numbers(values: pd.Series, column: ColumnSpec) -> np.ndarray:
    """Return float64, NaN where missing, inside the contract's bounds; instants in microseconds."""
    numbers = _raw(values, column)
    low = -np.inf if column.minimum is None else column.minimum
    return np.asarray(np.clip(numbers, low, np.inf if column.maximum is None else column.maximum))


def _decode(codes_N: np.ndarray, uniform_N: np.ndarray, column: ColumnSpec, code: ColumnCode) -> Any:
    """Return values in the contract's dtype; the type does not depend on what was drawn."""
    if isinstance(code, NumberCode):
        values = code.decode(codes_N, uniform_N)
    else:
        values = code.decode(codes_N, uniform_N, as_number=column.dtype != "string")
    return _typed(values, column, missing=code.missing)


def _typed(values: np.ndarray, column: ColumnSpec, *, missing: bool) -> Any:
    if column.dtype == "timestamp":
        return pd.Series(values.astype("datetime64[us]")).dt.tz_localize("UTC")
    if column.dtype == "int64" and not missing:
        return values.astype(np.int64)
    if column.dtype == "bool":
        return pd.Series(values).map({0.0: False, 1.0: True}).astype("object" if missing else "bool")
    return values
