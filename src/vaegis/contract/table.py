"""The contract of a table: its columns, its keys, its time, and the names of its rows."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pandas as pd

from vaegis.contract.columns import ColumnSpec
from vaegis.durable import canonical_json, read_json, write_json
from vaegis.errors import DataError


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSchema:
    """Describe a table delivered by one feature service."""

    service: str
    columns: tuple[ColumnSpec, ...]
    cadence_seconds: float | None = None
    """Expected seconds between two rows of one entity; None where rows are irregular."""
    derived_by: str = ""
    """`file.py:function` under `feature_repo/` that derives the on-demand columns from the others; empty if none."""
    derived: tuple[str, ...] = ()
    """The columns `derived_by` makes."""

    def __post_init__(self) -> None:
        """Refuse a table without keys, time or features, or with a name twice."""
        names = self.names
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise DataError(
                f"{self.service}: column {repeated[0]!r} appears twice", where="the service in feature_repo/"
            )
        for role in ("key", "time", "feature"):
            if not self.with_role(role):
                raise DataError(f"{self.service}: no column has role {role!r}", where="the field tags in feature_repo/")

    @property
    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]

    @property
    def keys(self) -> list[str]:
        """Names of the entity keys."""
        return [column.name for column in self.with_role("key")]

    @property
    def time(self) -> str:
        """Name of the event-time column."""
        return self.with_role("time")[0].name

    @property
    def features(self) -> tuple[ColumnSpec, ...]:
        """The modelled columns, in order."""
        return self.with_role("feature")

    @property
    def conditions(self) -> tuple[ColumnSpec, ...]:
        """The columns that the features are modelled given, in order."""
        return self.with_role("condition")

    @property
    def inputs(self) -> tuple[ColumnSpec, ...]:
        """The columns that a model reads, features and conditions, in order."""
        return tuple(column for column in self.columns if column.is_input)

    @property
    def labels(self) -> tuple[ColumnSpec, ...]:
        """The columns that only evaluation may see."""
        return self.with_role("label")

    def with_role(self, role: str) -> tuple[ColumnSpec, ...]:
        """Return the columns of one role, in order."""
        return tuple(column for column in self.columns if column.role == role)

    def column(self, name: str) -> ColumnSpec:
        """Return the column called `name`, or raise `DataError`."""
        for column in self.columns:
            if column.name == name:
                return column
        raise DataError(f"{self.service}: no column {name!r}", allowed=", ".join(self.names), where="feature_repo/")

    def row_ids(self, frame: pd.DataFrame) -> pd.Series:
        """Name each row: entity keys and event time, joined by `|`, e.g. `R80711|2014-01-01T00:00:00Z`."""
        times = pd.to_datetime(frame[self.time], utc=True)
        parts = [frame[key].astype("string") for key in self.keys]
        stamp = times.dt.strftime("%Y-%m-%dT%H:%M:%SZ").astype("string")
        ids = parts[0].str.cat([*parts[1:], stamp], sep="|")
        return ids.rename("row_id")

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: the definition hash."""
        return hashlib.sha256(canonical_json(self.to_json())).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return the schema as plain JSON."""
        return {
            "service": self.service,
            "cadence_seconds": self.cadence_seconds,
            "derived_by": self.derived_by,
            "derived": list(self.derived),
            "columns": [column.to_json() for column in self.columns],
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild a schema from `to_json`."""
        return cls(
            service=record["service"],
            cadence_seconds=record["cadence_seconds"],
            derived_by=record["derived_by"],
            derived=tuple(record["derived"]),
            columns=tuple(ColumnSpec.from_json(item) for item in record["columns"]),
        )

    def save(self, path: Path) -> None:
        """Write the schema atomically."""
        write_json(path, self.to_json())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a schema written by `save`."""
        return cls.from_json(read_json(path))
