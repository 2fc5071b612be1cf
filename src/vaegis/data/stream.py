"""Parquet as a stream of Arrow record batches: the interface between stages and rooms."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.errors import ArtifactError, DataError

BATCH_ROWS: Final = 65_536
_READ_BYTES: Final = 1 << 20
"""Bytes of a column that are read ahead; by default Arrow holds all of a file from the first batch on."""

Stream = Callable[[], Iterator[pa.RecordBatch]]
"""Opens a fresh pass over the rows."""


def read_columns(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a few columns of a Parquet file whole."""
    return read_table(path, columns).to_pandas()


def read_table(path: Path, columns: Sequence[str]) -> pa.Table:
    """Read a few columns of a Parquet file whole, as they are stored."""
    return _open(path, columns).read(columns=list(columns))


def stream_rows(path: Path, columns: Sequence[str], keep_N: np.ndarray | None = None) -> Stream:
    """Return a stream of `columns`, of the rows where `keep_N` (bool over the file's rows) holds."""

    def passes() -> Iterator[pa.RecordBatch]:
        return _kept(_open(path, columns).iter_batches(batch_size=BATCH_ROWS, columns=list(columns)), keep_N)

    return passes


def stream_table(table: pa.Table, columns: Sequence[str], keep_N: np.ndarray | None = None) -> Stream:
    """Return the same of a table in memory."""

    def passes() -> Iterator[pa.RecordBatch]:
        return _kept(table.select(list(columns)).to_batches(max_chunksize=BATCH_ROWS), keep_N)

    return passes


def _kept(batches: Iterable[pa.RecordBatch], keep_N: np.ndarray | None) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in batches:
        stop = start + batch.num_rows
        yield batch if keep_N is None else batch.filter(pa.array(keep_N[start:stop]))
        start = stop


def stream_frame(frame: pd.DataFrame) -> Stream:
    """Return a stream over a frame in memory."""

    def passes() -> Iterator[pa.RecordBatch]:
        yield from pa.Table.from_pandas(frame, preserve_index=False).to_batches(max_chunksize=BATCH_ROWS)

    return passes


def frames(batches: Iterable[pa.RecordBatch]) -> Iterator[pd.DataFrame]:
    """Turn record batches into frames, one at a time."""
    for batch in batches:
        yield batch.to_pandas()


def _open(path: Path, columns: Sequence[str]) -> pq.ParquetFile:
    if not path.exists():
        raise ArtifactError(f"{path} does not exist", where="run `dvc repro` to make it")
    try:
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=_READ_BYTES)
    except pa.ArrowInvalid:
        raise ArtifactError(f"{path} is not a Parquet file", where=str(path)) from None
    names = file.schema_arrow.names
    if missing := [column for column in columns if column not in names]:
        raise DataError(f"{path} has no column {missing[0]!r}", allowed=", ".join(names), where=str(path))
    return file
