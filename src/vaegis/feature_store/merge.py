"""Rows of one version, in one file in the order of keys and time: new ones take the place of those of the same name."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from vaegis.durable import replacing
from vaegis.errors import DataError
from vaegis.feature_store.scan import quoted, text
from vaegis.feature_store.spill import BATCH_ROWS, spilling

CREATED: Final = "created_timestamp"
SPILL: Final = ".spill"
_GROUP_ROWS: Final = 2 * BATCH_ROWS
"""Rows of a group in the file, which is what is held of it while it is written."""


def merge(file: Path, parts: Sequence[Path], row: Sequence[str]) -> int:
    """Merge rows into a file; return how many it holds. Memory does not grow with them.

    The same rows leave the same bytes however they are cut: those that are there already keep the moment at which they
    were created, unless another file beside this one holds a later moment. Then theirs becomes the latest of all, for
    that is how a join of several files knows which was merged last.

    Args:
        file: the rows so far, if there are any.
        parts: Parquet files of new rows.
        row: the columns that name a row.

    Raises:
        DataError: new rows are of the same name.
    """
    names = names_of(row)
    new, others = _read(parts), sorted({*file.parent.glob("*.parquet")} - {file})
    last = f"(SELECT max({CREATED}) FROM {_read(others)})" if others else "TIMESTAMPTZ 'epoch'"  # noqa: S608
    # Two files within a second, or after the clock was put back, are told apart all the same.
    now = text(datetime.now(UTC).isoformat(timespec="seconds"))
    moment = f"greatest(TIMESTAMPTZ {now}, {last} + INTERVAL 1 SECOND)"
    with spilling(file.parent / SPILL) as connection:
        same = f"SELECT count(*) AS n FROM {new} GROUP BY {names} HAVING n > 1"  # noqa: S608
        repeated = connection.sql(f"SELECT coalesce(sum(n - 1), 0) FROM ({same})").fetchall()[0][0]  # noqa: S608
        if repeated:
            what = f"{repeated} rows repeat the keys and time of another"
            raise DataError(what, allowed="each key and time once", where="INPUT")
        merged = f"SELECT *, {moment} AS {CREATED} FROM {new}"  # noqa: S608
        if file.exists():
            old = _read([file])
            stands = f"SELECT {names}, {CREATED} FROM {old} WHERE {CREATED} > {last}"  # noqa: S608
            again = f"SELECT * REPLACE (coalesce({CREATED}, {moment}) AS {CREATED}) FROM {new}"  # noqa: S608
            # One join after the other: both at once would share the memory.
            connection.execute(f"CREATE TEMP TABLE again AS {again} LEFT JOIN ({stands}) USING ({names})")
            kept = f"SELECT * FROM {old} o ANTI JOIN {new} n USING ({names})"  # noqa: S608
            merged = f"{kept} UNION ALL BY NAME SELECT * FROM again"  # noqa: S608
        batches = connection.sql(f"{merged} ORDER BY {names}").to_arrow_reader(BATCH_ROWS)
        words = [field.name for field in batches.schema if pa.types.is_string(field.type)]
        with (
            replacing(file) as temporary,
            # A dictionary of numbers that hardly repeat takes room and time.
            pq.ParquetWriter(temporary, batches.schema, compression="zstd", use_dictionary=words) as writer,
        ):
            for table in _groups(batches):
                writer.write_table(table, row_group_size=_GROUP_ROWS)
        return int(pq.read_metadata(file).num_rows)


def names_of(columns: Iterable[str]) -> str:
    """Return a list of columns in SQL."""
    return ", ".join(map(quoted, columns))


def _read(files: Iterable[Path]) -> str:
    return f"read_parquet([{', '.join(text(str(file)) for file in files)}])"


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield tables of `_GROUP_ROWS`, the last one excepted: DuckDB cuts its batches as its threads happen to sort."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count >= _GROUP_ROWS:
            table = pa.Table.from_batches(held)
            yield table.slice(0, _GROUP_ROWS)
            held, count = table.slice(_GROUP_ROWS).to_batches(), count - _GROUP_ROWS
    if count:
        yield pa.Table.from_batches(held)
