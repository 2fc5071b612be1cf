"""Rows by a hash of their cells, to find equal ones among millions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import as_text


def row_keys(frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> np.ndarray:
    """Return a hash a row, the same for rows equal in every cell: amounts to seven digits, missing equals missing."""
    plain = pd.DataFrame({column.name: _cells(frame[column.name], column) for column in columns})
    return np.asarray(pd.util.hash_pandas_object(plain, index=False))


def _cells(values: pd.Series, column: ColumnSpec) -> np.ndarray:
    if column.is_discrete:
        return np.asarray(as_text(values).fillna("\x00"))
    numbers = as_numbers(values)
    # Stamps in seconds have more than seven digits; adding 0 makes -0 to 0.
    return np.asarray((numbers if column.dtype == "timestamp" else numbers.astype(np.float32)) + 0.0)
