"""A table as its owner holds it, as a frame."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from vaegis.errors import DataError


def as_frame(table: Any) -> pd.DataFrame:
    """Return a pandas frame of a pandas frame, an Arrow table or record batch, or a matrix of numbers.

    Columns of a matrix are called `x0`, `x1`, ...; other names become text. Objects that are all numbers become so.

    Raises:
        DataError: it is something else.
    """
    if isinstance(table, pa.Table | pa.RecordBatch):
        table = table.to_pandas()
    elif isinstance(table, np.ndarray) and table.ndim == 2:
        table = pd.DataFrame(table, columns=[f"x{d}" for d in range(table.shape[1])])
    if not isinstance(table, pd.DataFrame):
        what = f"the table is a {type(table).__name__}"
        raise DataError(
            what, allowed="pandas.DataFrame, pyarrow.Table, numpy.ndarray of two dimensions", where="the call"
        )
    return _named(table, table.columns).infer_objects()


def _named(frame: pd.DataFrame, names: Iterable[Any]) -> pd.DataFrame:
    texts = [str(name) for name in names]
    return frame if texts == list(frame.columns) else frame.set_axis(texts, axis=1)
