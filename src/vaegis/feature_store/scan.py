"""SQL that reads one Parquet source for DuckDB: each key and time once, the newest created row first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vaegis.errors import DataError

ROW = "__row"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """Name the columns of a source as they stand in the file."""

    relation: str
    """SQL of the table."""
    keys: Sequence[str]
    time: str
    created: str
    """Empty if rows carry no created time."""
    values: Sequence[str]
    """Every feature column the view declares, whichever are asked for: they break ties."""

    @property
    def newest_first(self) -> str:
        """Order of preference among rows of equal key and time: newest created, then by value."""
        created = [f"{instant(self.created)} DESC NULLS LAST"] if self.created else []
        return ", ".join([*created, *(f"{quoted(name)} NULLS LAST" for name in self.values)]) or "1"


def relation(path: str, base: Path | None) -> str:
    """Return SQL that reads a local Parquet file, or every Parquet file under a folder.

    Raises:
        DataError: it is not there, or not local.
    """
    if "://" in path:
        raise DataError(f"source {path} is not a local file", allowed="local Parquet", where="the source's path")
    file = Path(path) if base is None else base / path
    if not file.exists():
        raise DataError(f"source {file} does not exist", where="run `dvc repro ingest`, or the source's path")
    pattern = str(file / "**" / "*.parquet") if file.is_dir() else str(file)
    return f"read_parquet({text(pattern)}, union_by_name = true)"


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote a string."""
    return "'" + value.replace("'", "''") + "'"


def instant(name: str) -> str:
    """Read a column as a UTC instant in microseconds; stamps without a zone are UTC (the session's zone is)."""
    return f"CAST({quoted(name)} AS TIMESTAMPTZ)"


def within(name: str, start: datetime | None, end: datetime | None) -> str:
    """Return a condition on an instant, both ends inclusive as in Feast."""
    parts = [f"{instant(name)} IS NOT NULL"]
    parts += [f"{instant(name)} >= {_moment(start)}"] if start else []
    parts += [f"{instant(name)} <= {_moment(end)}"] if end else []
    return " AND ".join(parts)


def _moment(value: datetime) -> str:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return f"TIMESTAMPTZ {text(aware.isoformat())}"


def run(query: str, **tables: Any) -> Any:
    """Run a query over named Arrow tables and return an Arrow table; times are UTC.

    Raises:
        DataError: a file cannot be read, or a value is not of the type that the query needs.
    """
    import duckdb  # noqa: PLC0415 - only where a query runs

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, table in tables.items():
            connection.register(name, table)
        try:
            return connection.sql(query).to_arrow_table()
        except (duckdb.DataError, duckdb.OperationalError) as error:
            reason = str(error).partition("\n")[0]
            raise DataError(f"the store cannot be read: {reason}", where="the source's values or its types") from None
