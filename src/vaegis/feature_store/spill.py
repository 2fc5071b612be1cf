"""DuckDB on more rows than memory holds: what does not fit goes to a folder and is read back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from vaegis.errors import DataError

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS: Final = 65_536
_MEMORY: Final = "512MB"
_THREADS: Final = 2
"""Every thread needs a share of the memory: 32 of them are refused a sort of 8 million rows in it."""


@contextmanager
def spilling(folder: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Yield a connection of bounded memory; times are UTC.

    Args:
        folder: where the rest lies meanwhile. It is removed, and before that what a killed run left in it.

    Raises:
        DataError: a file cannot be read, or the folder cannot hold what is written there.
    """
    import duckdb  # noqa: PLC0415 - only where a query runs

    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "threads": _THREADS,
        "temp_directory": str(folder),
    }
    try:
        with duckdb.connect(config=settings) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
    except (duckdb.DataError, duckdb.OperationalError, duckdb.InvalidInputException, pa.ArrowException) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(f"rows cannot be sorted: {reason}", where="the published files, or room on the disk") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
