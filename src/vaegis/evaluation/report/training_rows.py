"""How many rows each role has, of how many entities, and when."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd

from vaegis import paths
from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.split import assign_roles, entity_names
from vaegis.data.stream import read_columns


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingRows:
    """One line a role."""

    by_role: pd.DataFrame
    """role, rows, entities, first, last."""

    @classmethod
    def of_project(cls, split: SplitConfig) -> Self:
        """Count the project's clean rows."""
        return cls.read(paths.CLEAN_ROWS, TableSchema.load(paths.SCHEMA), split)

    @classmethod
    def read(cls, path: Path, schema: TableSchema, split: SplitConfig) -> Self:
        """Count the clean rows, of which only keys and times are read."""
        frame = read_columns(path, [*schema.keys, schema.time])
        frame["role"] = assign_roles(frame, schema, split)
        frame["entity"] = entity_names(frame, schema.keys)
        frame["at"] = pd.to_datetime(frame[schema.time], utc=True)
        told = frame.groupby("role").agg(
            rows=("at", "size"), entities=("entity", "nunique"), first=("at", "min"), last=("at", "max")
        )
        return cls(by_role=told.sort_values("rows", ascending=False).reset_index())

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Return it as text."""
        return tuple(
            (row.role, f"{row.rows:,}", f"{row.entities:,}", row.first.date().isoformat(), row.last.date().isoformat())
            for row in self.by_role.itertuples()
        )
