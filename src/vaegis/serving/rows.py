"""Rows as they arrive over HTTP, checked strictly and transformed without a frame. N rows."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vaegis.contract import ColumnSpec
from vaegis.data.arrays import TableArrays
from vaegis.data.seconds import FIRST, LAST, as_numbers
from vaegis.data.texts import shortest
from vaegis.errors import DataError
from vaegis.serving.limits import Limits
from vaegis.serving.messages import require_plain
from vaegis.serving.scorer import Scorer

_WHERE: Final = "the request"
_NUMBERS: Final = {int, float, type(None)}
_FLAGS: Final = {*_NUMBERS, bool}
_UTC: Final = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Rows:
    """Transformed rows, and their cells as they came."""

    arrays: TableArrays
    count: int
    cell: Callable[[int, str], Any]
    """A row's value of a column."""
    unseen: dict[int, list[str]]
    """By row, columns of a level that training did not hold: it is read as if it were missing."""


def read_records(records: Any, scorer: Scorer, limits: Limits) -> Rows:
    """Read a list of objects: numbers are numbers, words are strings, true and false are no numbers, null is missing.

    Columns that the model does not read are ignored.

    Raises:
        DataError: it is something else, too long, or a column is missing in a row.
    """
    if not isinstance(records, list) or not records or set(map(type, records)) != {dict}:
        raise DataError("rows is no list of objects", allowed='{"rows": [{"column": value, ...}, ...]}', where=_WHERE)
    require_rows(len(records), limits)
    if len(records) == 1 and scorer.single and (row := scorer.single.read(records[0], limits.max_text)):
        return Rows(row, 1, lambda _, name: records[0].get(name), {})
    x_ND = _numbers(records, scorer)
    texts = [_texts(_column(records, column), column, limits) for column in scorer.discrete]
    arrays = _arrays(x_ND, texts, scorer)
    return Rows(arrays, len(records), lambda row, name: records[row].get(name), _unseen(texts, arrays, scorer))


def _numbers(records: Sequence[Mapping[str, Any]], scorer: Scorer) -> np.ndarray:
    """Return the numeric columns; None becomes NaN. Looks column by column only where not all cells are numbers."""
    names = scorer.batch_columns[: len(scorer.numeric)]
    with suppress(KeyError):
        cells = [[row[name] for name in names] for row in records]
        if not scorer.has_times and set(map(type, chain.from_iterable(cells))) <= _NUMBERS:
            return np.array(cells, dtype=np.float64)
    amounts = [_amounts(_column(records, column), column) for column in scorer.numeric]
    return np.array(amounts, dtype=np.float64).T


def read_arrow(body: bytes, scorer: Scorer, limits: Limits) -> Rows:
    """Read an Arrow IPC stream, as strictly: a column's type is what its values are.

    Raises:
        DataError: it is none, too long, or a column is missing or of another type.
    """
    table = _table(body, scorer, limits)
    x_ND = np.empty((table.num_rows, len(scorer.numeric)), order="F")
    for d, column in enumerate(scorer.numeric):
        x_ND[:, d] = _arrow_amounts(table[column.name], column)
    texts = [_arrow_texts(table[column.name], column, limits) for column in scorer.discrete]
    arrays = _arrays(x_ND, texts, scorer)
    return Rows(arrays, table.num_rows, lambda row, name: table[name][row].as_py(), _unseen(texts, arrays, scorer))


def _table(body: bytes, scorer: Scorer, limits: Limits) -> pa.Table:
    """Return the columns that the model reads, every buffer looked through: Arrow reads on beyond the end of one."""
    columns = scorer.transform.columns
    try:
        require_plain(body)
        table = pa.ipc.open_stream(body).read_all()
        names = table.column_names
        require_rows(table.num_rows, limits)
        for column in columns:
            if (count := names.count(column.name)) != 1:
                what = f"column {column.name!r} is {'there more than once' if count else 'missing'}"
                raise DataError(what, allowed=f"{column.dtype}, or null", where=_WHERE)
        table = table.select([column.name for column in columns])
        table.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise DataError("the body is no Arrow IPC stream", allowed="pyarrow.ipc.new_stream", where=_WHERE) from None
    for place, column in enumerate(columns):
        if column.dtype == "timestamp":
            table = table.set_column(place, column.name, _arrow_times(table[column.name], column))
    return table


def _arrow_times(values: pa.ChunkedArray, column: ColumnSpec) -> pa.ChunkedArray:
    """Return times in UTC, from whatever unit and zone."""
    if not (pa.types.is_timestamp(values.type) or pa.types.is_null(values.type)):
        raise _wrong_type(values, column)
    try:
        times = pc.cast(values, options=pc.CastOptions(_UTC, allow_time_truncate=True))
    except pa.ArrowInvalid:
        times = None
    ends = () if times is None else pc.min_max(times.cast(pa.int64())).as_py().values()
    if times is None or not all(end is None or FIRST <= end / 1e6 < LAST + 1 for end in ends):
        what = f"column {column.name!r} holds a time that no calendar has"
        raise DataError(what, allowed="the years 1 to 9999", where=_WHERE)
    return times


def _arrow_amounts(values: pa.ChunkedArray, column: ColumnSpec) -> np.ndarray:
    kind = values.type
    if column.dtype == "timestamp":
        return as_numbers(values.to_pandas())
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)
    if not (is_number or (column.dtype == "bool" and pa.types.is_boolean(kind))):
        raise _wrong_type(values, column)
    amounts: np.ndarray = values.cast(pa.float64(), safe=False).to_numpy()  # long whole numbers lose digits, as in JSON
    return amounts


def _wrong_type(values: pa.ChunkedArray, column: ColumnSpec) -> DataError:
    what = f"column {column.name!r} is of Arrow type {values.type}"
    return DataError(what, allowed=f"{column.dtype}, or null", where=_WHERE)


def _arrow_texts(values: pa.ChunkedArray, column: ColumnSpec, limits: Limits) -> np.ndarray:
    if column.dtype != "string":
        amounts = _arrow_amounts(values, column)
        _require_possible(amounts, column)
        return np.array([None if math.isnan(amount) else shortest(amount) for amount in amounts], dtype=object)
    is_coded = pa.types.is_dictionary(values.type)
    kind = values.type.value_type if is_coded else values.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        raise _wrong_type(values, column)
    # A long text of a dictionary is measured there: written out once a row it could fill the memory.
    for words in [chunk.dictionary for chunk in values.chunks] if is_coded else [values]:
        _require_short(pc.max(pc.utf8_length(words.cast(pa.string()))).as_py() or 0, column.name, limits)
    return np.array(values.cast(pa.string()).to_pylist(), dtype=object)


def _arrays(x_ND: np.ndarray, texts: Sequence[np.ndarray], scorer: Scorer) -> TableArrays:
    """Transform cells; refuse infinite numbers, and what no whole number or flag can be."""
    for d in scorer.stepped:
        _require_possible(x_ND[:, d], scorer.numeric[d])
    arrays = scorer.transform.standardise(x_ND, texts)
    if not arrays.observed_NX.all() and np.isinf(x_ND).any():  # an infinite cell counts as missing there
        raise _wrong(math.inf, scorer.numeric[int(np.isinf(x_ND).any(0).argmax())])
    return arrays


def _require_possible(x_N: np.ndarray, column: ColumnSpec) -> None:
    """JSON has no whole numbers of their own: 3.0 is one."""
    if column.dtype == "int64":
        is_wrong_N = np.abs(np.modf(x_N)[0]) > 0.0
    elif column.dtype == "bool":
        is_wrong_N = np.abs(np.abs(x_N - 0.5) - 0.5) > 0.0  # neither 0 nor 1; of NaN it is False
    else:
        return
    if is_wrong_N.any():
        raise _wrong(float(x_N[is_wrong_N.argmax()]), column)


def _unseen(texts: Sequence[np.ndarray], arrays: TableArrays, scorer: Scorer) -> dict[int, list[str]]:
    """Return, by row, the columns whose text has no code."""
    found: dict[int, list[str]] = {}
    if arrays.codes_NC.all():  # nearly always, and the quickest to see
        return found
    for row, c in np.argwhere(arrays.codes_NC == 0).tolist():
        if texts[c][row] is not None:
            found.setdefault(row, []).append(scorer.discrete[c].name)
    return found


def require_rows(count: int, limits: Limits) -> None:
    """Refuse no rows, or too many."""
    if not 1 <= count <= limits.max_rows:
        raise DataError(f"{count} rows at once", allowed=f"1 to {limits.max_rows}", where=f"{_WHERE}, or --max-rows")


def _column(records: Sequence[Mapping[str, Any]], column: ColumnSpec) -> list[Any]:
    try:
        return [row[column.name] for row in records]
    except KeyError:
        missing = next(number for number, row in enumerate(records) if column.name not in row)
        what = f"column {column.name!r} is missing in row {missing}"
        raise DataError(what, allowed=f"{column.dtype}, or null", where=_WHERE) from None


def _amounts(values: list[Any], column: ColumnSpec) -> Any:
    """Return numbers and None, or seconds of times; nothing else passes."""
    if column.dtype == "timestamp":
        return _times(values, column)
    allowed = _FLAGS if column.dtype == "bool" else _NUMBERS
    if not set(map(type, values)) <= allowed:
        raise _wrong(next(value for value in values if type(value) not in allowed), column)
    return values


def _times(values: list[Any], column: ColumnSpec) -> np.ndarray:
    for value in values:
        if value is not None and not isinstance(value, str):
            raise _wrong(value, column)
    try:
        return as_numbers(pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), utc=True, format="ISO8601")))
    except (ValueError, TypeError):
        raise DataError(f"column {column.name!r} holds no ISO 8601 time", allowed="2015-03-04T10:20:00Z") from None


def _texts(values: list[Any], column: ColumnSpec, limits: Limits) -> np.ndarray:
    texts = np.empty(len(values), dtype=object)
    if column.dtype != "string":
        amounts = _amounts(values, column)
        _require_possible(np.array(amounts, dtype=np.float64), column)
        texts[:] = [None if value is None else shortest(float(value)) for value in amounts]
        return texts
    for value in values:
        if value is not None:
            if type(value) is not str:
                raise _wrong(value, column)
            _require_short(len(value), column.name, limits)
    texts[:] = values
    return texts


def _require_short(length: int, name: str, limits: Limits) -> None:
    if length > limits.max_text:
        what = f"column {name!r} holds a text of {length} characters"
        raise DataError(what, allowed=f"at most {limits.max_text}", where=_WHERE)


def _wrong(value: Any, column: ColumnSpec) -> DataError:
    what = f"column {column.name!r} holds {str(value)[:40]!r} ({type(value).__name__})"
    return DataError(what, allowed=f"{column.dtype}, or null", where=_WHERE)
