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
    were created.

    Args:
        file: the rows so far, if there are any.
        parts: Parquet files of new rows.
        row: the columns that name a row.

    Raises:
        DataError: new rows are of the same name.
    """
    names = names_of(row)
    new = f"read_parquet([{', '.join(text(str(part)) for part in parts)}])"
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    with spilling(file.parent / SPILL) as connection:
        same = f"SELECT count(*) AS n FROM {new} GROUP BY {names} HAVING n > 1"  # noqa: S608
        repeated = connection.sql(f"SELECT coalesce(sum(n - 1), 0) FROM ({same})").fetchall()[0][0]  # noqa: S608
        if repeated:
            what = f"{repeated} rows repeat the keys and time of another"
            raise DataError(what, allowed="each key and time once", where="INPUT")
        if file.exists():
            old = f"read_parquet({text(str(file))})"
            first = f"(SELECT min({CREATED}) FROM {old})"  # noqa: S608
            kept = f"SELECT * FROM {old} o ANTI JOIN {new} n USING ({names}) UNION ALL BY NAME "  # noqa: S608
        else:
            first, kept = f"TIMESTAMPTZ {text(moment)}", ""
        merged = f"{kept}SELECT *, {first} AS {CREATED} FROM {new} ORDER BY {names}"  # noqa: S608
        batches = connection.sql(merged).to_arrow_reader(BATCH_ROWS)
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
