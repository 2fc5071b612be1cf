"""Values that a caller gives, whatever they come as, as a frame with one row for each row that is to be drawn."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeAlias

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, conform
from vaegis.contract.conform import require_unique
from vaegis.data.tables import as_frame
from vaegis.errors import DataError

WHERE: Final = "the argument `given`"
Given: TypeAlias = pd.DataFrame | pd.Series | Mapping[Hashable, Any]
"""Values by column: a frame of rows, a series that is one row, or a mapping to one value for all rows or one a row."""


def asked_rows(given: Given | None, num_rows: int) -> pd.DataFrame | None:
    """Return given values as N rows, by names as text; one row is for all, the index of N rows stays.

    Returns None if no column is given.

    Raises:
        DataError: they are nothing of that kind, or neither one row nor N.
    """
    if isinstance(given, pd.Series):
        given = dict(given.items())
    if isinstance(given, Mapping):
        given = pd.DataFrame({name: _cells(value, num_rows) for name, value in given.items()})
    if given is not None and not isinstance(given, pd.DataFrame):
        what = f"what is given is a {type(given).__name__}"
        raise DataError(what, allowed="a mapping, pandas.Series or pandas.DataFrame of values by column", where=WHERE)
    if given is None or not len(given.columns):
        return None
    frame = as_frame(given)
    require_unique(frame.columns, where=WHERE)
    if len(frame) == num_rows:
        return frame
    if len(frame) != 1:
        _refuse(len(frame), num_rows)
    return frame.iloc[np.zeros(num_rows, dtype=int)].reset_index(drop=True)


def conform_asked(asked: pd.DataFrame, columns: Sequence[ColumnSpec]) -> pd.DataFrame:
    """Return given columns in the contract's order and dtypes, with the values that they have.

    Raises:
        DataError: one is missing or of the wrong type, or a whole number is not whole.
    """
    rows = conform(asked, columns, where=WHERE)
    for column in columns:
        values = rows[column.name]
        if column.dtype == "int64" and len(wrong := values[values.notna() & (values % 1 != 0)]):
            what = f"column {column.name!r}: {wrong.iloc[0]:g} is given"
            raise DataError(what, allowed="whole numbers", where=WHERE)
    return rows


def refuse_unseen(name: str, values: pd.Series, known_N: np.ndarray, allowed: str = "") -> None:
    """Refuse a given value of which nothing was learnt.

    Raises:
        DataError: one is none that training saw.
    """
    if not known_N.all():
        value = values.to_numpy(dtype=object)[~known_N][0]
        value = value.item() if isinstance(value, np.generic) else value
        what = f"column {name!r}: {value!r} is given, but training never saw it"
        raise DataError(what, allowed=allowed, where=WHERE)


def _cells(value: Any, num_rows: int) -> list[Any]:
    """Return one value a row of a column given as such, or as one value for all rows."""
    cells = list(value) if np.ndim(value) else [value]
    if len(cells) not in (1, num_rows):
        _refuse(len(cells), num_rows)
    return cells if len(cells) == num_rows else cells * num_rows


def _refuse(given: int, num_rows: int) -> NoReturn:
    raise DataError(f"{given} rows are given for {num_rows}", allowed=f"1 or {num_rows}", where=WHERE)
