"""What is predicted from raw and from latent columns: labels, and one column from all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.errors import ConfigError
from vaegis.evaluation.derivation import Derive, Probe, rederive
from vaegis.evaluation.references import Reference
from vaegis.evaluation.rows import varies

MIN_OF_A_KIND: Final = 10
"""Rows of each kind that a label must have, to learn from and to judge by."""
_AMOUNTS: Final = ("numeric", "count")


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One target, and the columns that would give it away."""

    target: str
    kind: str
    """`classification`: is the label 1 or 0; `regression`: how large is the column."""
    hidden: tuple[str, ...] = ()
    """The input columns that neither the learner nor the model may see: the target, and what follows from it."""


def find_tasks(
    train: pd.DataFrame,
    test: pd.DataFrame,
    schema: TableSchema,
    derive: Derive,
    references: Sequence[Reference],
    declared: Sequence[str] = (),
) -> list[Task]:
    """Return the tasks for the declared targets or, without any, for every label and one numeric column.

    That column is what the first reference curve explains, else the first amount that varies. A target that training or
    test rows do not tell apart makes no task, nor does one that leaves no other column to learn from.

    Raises:
        ConfigError: a declared target is no column that can be one.
    """
    columns = [_declared(schema, name) for name in declared] or [*schema.labels, *_response(train, schema, references)]
    tasks = [task for column in columns if (task := _task(column, train, schema, derive)) is not None]
    return [task for task in tasks if _can_be_told(task, train) and _can_be_told(task, test)]


def _response(train: pd.DataFrame, schema: TableSchema, references: Sequence[Reference]) -> list[ColumnSpec]:
    explained = [schema.column(reference.y) for reference in references]
    amounts = [
        column
        for column in (*explained, *schema.features)
        if column.role == "feature" and column.kind in _AMOUNTS and varies(train[column.name])
    ]
    return amounts[:1]


def _declared(schema: TableSchema, name: str) -> ColumnSpec:
    allowed = [column.name for column in schema.columns if column.kind in ("binary", *_AMOUNTS)]
    if name not in allowed:
        what = f"evaluate.targets names {name!r}"
        raise ConfigError(what, allowed=", ".join(allowed), where="params.yaml: evaluate.targets")
    return schema.column(name)


def _task(column: ColumnSpec, train: pd.DataFrame, schema: TableSchema, derive: Derive) -> Task | None:
    kind = "classification" if column.kind == "binary" else "regression" if column.kind in _AMOUNTS else ""
    if not kind:
        return None
    hidden = () if column.role == "label" else _follow(column, train, schema, derive)
    if not any(other.name not in hidden and varies(train[other.name]) for other in schema.inputs):
        return None
    return Task(target=column.name, kind=kind, hidden=hidden)


def _follow(column: ColumnSpec, train: pd.DataFrame, schema: TableSchema, derive: Derive) -> tuple[str, ...]:
    """Name the inputs that change when other values of the column are dealt to some rows."""
    probe = Probe.of(train, schema, derive)
    values = train[column.name].dropna().unique()[::-1]
    altered = rederive(probe.rows.assign(**{column.name: np.resize(values, len(probe.rows))}), schema, derive)
    moved = [name for name in probe.features if not probe.features[name].equals(altered[name])]
    own = [column.name] if column.is_input else []
    return tuple(dict.fromkeys([*own, *moved]))


def _can_be_told(task: Task, rows: pd.DataFrame) -> bool:
    values_N = rows[task.target].to_numpy(dtype=np.float64, na_value=np.nan)
    values_N = values_N[np.isfinite(values_N)]
    if task.kind == "regression":
        return len(values_N) >= MIN_OF_A_KIND and bool(np.ptp(values_N) > 0)
    marked = int((values_N > 0).sum())
    return min(marked, len(values_N) - marked) >= MIN_OF_A_KIND
