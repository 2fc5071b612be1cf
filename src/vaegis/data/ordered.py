"""The rows of a Parquet file by keys and time, some at a time. N rows; R: the same rows in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vaegis.data.stream import frames, read_table, stream_rows, stream_table


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordered:
    """A few columns of a file whose rows come in order, stable where rows are equal.

    Stage `pull` sorts what it writes: nothing of such a file is in memory. A file out of order is sorted in memory.
    """

    path: Path
    columns: Sequence[str]
    table: pa.Table | None = None
    """The sorted columns of a file out of order."""
    place_R: np.ndarray | None = None
    """Where its rows stand in the file."""

    @property
    def is_sorted(self) -> bool:
        """Whether the file is in order as it is."""
        return self.table is None

    def parts(self, columns: Sequence[str] | None = None, keep_R: np.ndarray | None = None) -> Iterable[pd.DataFrame]:
        """Yield rows in order, some at a time: all, or those where `keep_R` holds."""
        names = self.columns if columns is None else columns
        opened = (
            stream_rows(self.path, names, keep_R) if self.table is None else stream_table(self.table, names, keep_R)
        )
        return frames(opened())

    def in_file(self, values_R: np.ndarray) -> np.ndarray:
        """Return what belongs to the rows in order as the rows stand in the file, (N,)."""
        if self.place_R is None:
            return values_R
        values_N = np.empty_like(values_R)
        values_N[self.place_R] = values_R
        return values_N


def in_order(path: Path, columns: Sequence[str], order: Sequence[str]) -> Ordered:
    """Open `columns` of a file by those of them in `order`; missing ones come last."""
    if is_ordered(stream_rows(path, order)()):
        return Ordered(path=path, columns=columns)
    table = read_table(path, columns)
    place_R = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in order])
    return Ordered(path=path, columns=columns, table=table.take(place_R), place_R=place_R.to_numpy())


def is_ordered(batches: Iterable[pa.RecordBatch]) -> bool:
    """Whether no row is below the row before it, cells compared from left to right; not where one is missing."""
    before: list[pa.RecordBatch] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        table = pa.Table.from_batches([*before, batch])
        if not _rises(table.slice(0, table.num_rows - 1), table.slice(1)):
            return False
        before = [batch.slice(batch.num_rows - 1)]
    return True


def _rises(lower: pa.Table, upper: pa.Table) -> bool:
    *first, last = zip(lower.columns, upper.columns, strict=True)
    rises = reduce(_or_equal_and, reversed(first), pc.less_equal(*last))
    return pc.all(rises, skip_nulls=False, min_count=0).as_py() is True


def _or_equal_and(rest: pa.ChunkedArray, pair: tuple[pa.ChunkedArray, pa.ChunkedArray]) -> pa.ChunkedArray:
    return pc.or_kleene(pc.less(*pair), pc.and_kleene(pc.equal(*pair), rest))
