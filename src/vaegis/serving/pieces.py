"""A Parquet file, or a folder of them, cut into pieces that are scored one by one and never all held at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.errors import ArtifactError, DataError

PIECE_ROWS: Final = 65_536
"""Rows of a piece: what is held at once, and what a killed run loses at most."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The files in the order of their names, and how many rows each holds."""

    source: Path
    """The file or folder that was asked for."""
    files: tuple[Path, ...]
    num_rows: tuple[int, ...]
    stamps: tuple[tuple[int, int], ...]
    """Length and time of change (ns) of each file: what tells whether it is still the one that was begun on."""

    @classmethod
    def of(cls, source: Path) -> Self:
        """Look at a file or folder; only the files' footers are read.

        Raises:
            ArtifactError: there is none, or no Parquet file in the folder.
            DataError: a file is not Parquet, or there are no rows.
        """
        if not source.exists():
            raise ArtifactError(
                f"{source} does not exist", allowed="a Parquet file, or a folder of them", where="INPUT"
            )
        files = tuple(sorted(file for file in source.rglob("*.parquet") if not _hidden(file, source)))
        files = files if source.is_dir() else (source,)
        if not files:
            raise ArtifactError(f"{source} holds no Parquet file", allowed="files named *.parquet", where="INPUT")
        counts = tuple(int(_open(file).metadata.num_rows) for file in files)
        if not sum(counts):
            raise DataError(f"{source} holds no rows", allowed="at least one", where="INPUT")
        stats = [file.stat() for file in files]
        return cls(source, files, counts, tuple((stat.st_size, stat.st_mtime_ns) for stat in stats))

    @property
    def total(self) -> int:
        """Rows of all files."""
        return sum(self.num_rows)

    @property
    def count(self) -> int:
        """Number of pieces."""
        return sum(-(-rows // PIECE_ROWS) for rows in self.num_rows)

    def read(self, names: Sequence[str], done: int = 0) -> Iterator[tuple[int, pd.DataFrame]]:
        """Yield each piece's number and rows, those columns of `names` that its file has, the first `done` left out.

        The index counts the rows of all files.
        """
        number, first = 0, 0
        for file, rows in zip(self.files, self.num_rows, strict=True):
            pieces = -(-rows // PIECE_ROWS)
            if number + pieces > done:
                for here, frame in enumerate(_frames(file, names)):
                    start = first + here * PIECE_ROWS
                    if number + here >= done:
                        yield number + here, frame.set_axis(pd.RangeIndex(start, start + len(frame)), axis=0)
            number, first = number + pieces, first + rows

    @contextmanager
    def named(self, number: int) -> Iterator[None]:
        """Have a mistake in a piece's rows say in which file they are."""
        try:
            yield
        except DataError as error:
            raise DataError(f"{self._file_of(number)}: {error}") from None

    def _file_of(self, number: int) -> Path:
        last = accumulate(-(-rows // PIECE_ROWS) for rows in self.num_rows)
        return next(file for file, count in zip(self.files, last, strict=True) if number < count)

    def to_json(self) -> list[Any]:
        """Return what a receipt keeps of the files."""
        rows = zip(self.files, self.num_rows, self.stamps, strict=True)
        return [[file.as_posix(), count, *stamp] for file, count, stamp in rows]


def _frames(file: Path, names: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Yield frames of exactly `PIECE_ROWS`, the last one excepted, however the file's row groups are cut."""
    opened = _open(file)
    known = [name for name in names if name in opened.schema_arrow.names]
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in opened.iter_batches(batch_size=PIECE_ROWS, columns=known):
        held.append(batch)
        count += batch.num_rows
        while count >= PIECE_ROWS:
            table = pa.Table.from_batches(held)
            yield _plain(table.slice(0, PIECE_ROWS))
            held, count = table.slice(PIECE_ROWS).to_batches(), count - PIECE_ROWS
    if count:
        yield _plain(pa.Table.from_batches(held))


def _hidden(file: Path, source: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(source).parts)


def _plain(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
    return frame


def _open(file: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file)
    except pa.ArrowException:
        raise DataError(f"{file} cannot be read as Parquet", allowed="a Parquet file", where="INPUT") from None
