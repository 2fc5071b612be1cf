"""A table as its owner holds it, in memory or in a Parquet file, as a frame."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.errors import ArtifactError, DataError


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
    if table.columns.nlevels > 1:
        what = f"the table's columns have names of {table.columns.nlevels} levels"
        raise DataError(what, allowed="one level", where="its columns, such as by columns.to_flat_index()")
    names = [str(name) for name in table.columns]
    frame = table if names == list(table.columns) else table.set_axis(names, axis=1)
    return frame.infer_objects(copy=False)  # every call of a model comes by here: a long table is not copied


def own_names(table: Any) -> dict[str, Hashable]:
    """Return by its name as text what the owner of a table calls a column, of those whose name is no text."""
    columns = table.columns if isinstance(table, pd.DataFrame) else ()
    return {str(name): name for name in columns if not isinstance(name, str)}


def in_names_of(table: Any, made: pd.DataFrame) -> pd.DataFrame:
    """Return columns under the names that the same ones have in the owner's table."""
    names = own_names(table)
    return made.rename(columns=names) if names else made


def read_frame(path: Path, where: str = "INPUT") -> pd.DataFrame:
    """Read a Parquet file; `where` it is named is said of one that cannot be.

    Raises:
        ArtifactError: there is none, or it is a folder.
        DataError: it is not Parquet.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise ArtifactError(f"{path} {what}", allowed="a Parquet file", where=where)
    try:
        return pq.read_table(path).to_pandas().reset_index(drop=True)
    except pa.ArrowException:
        raise DataError(f"{path} cannot be read as Parquet", allowed="a Parquet file", where=where) from None
