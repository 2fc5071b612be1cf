"""Which columns of a table without histories a fault can sit in, and what may be written there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.evaluation.derivation import Derive, Probe
from vaegis.evaluation.detection.sensors import Sensor, measure_sensor
from vaegis.evaluation.rows import varies

MAX_LEVELS: Final = 100
"""Levels that a fault may write, the most frequent in training: of rarer ones nobody knows what is normal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One raw column: a sensor if it holds amounts, else levels."""

    name: str
    sensor: Sensor | None = None
    whole: bool = False
    """Amounts: whether training holds whole numbers only."""
    levels: np.ndarray | None = None
    """Values of a discrete column, most frequent first."""


def find_targets(train: pd.DataFrame, schema: TableSchema, derive: Derive) -> tuple[Target, ...]:
    """Return the raw columns that vary in training and reach a feature, themselves or through a derived one."""
    probe = Probe.of(train, schema, derive)
    found = []
    for column in _candidates(schema):
        values = train[column.name].dropna()
        if varies(values) and (column.is_input or _reaches_feature(probe, values)):
            found.append(_measure(values, column))
    return tuple(found)


def _candidates(schema: TableSchema) -> Iterator[ColumnSpec]:
    for column in schema.columns:
        is_amount = column.kind in ("numeric", "count", "angle") and column.dtype in ("float64", "int64")
        raw = (column.is_input or column.role == "context") and column.name not in schema.derived
        if raw and (is_amount or (column.is_discrete and column.dtype != "timestamp")):
            yield column


def _measure(values: pd.Series, column: ColumnSpec) -> Target:
    if column.is_discrete:
        counts = values.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        return Target(name=column.name, levels=counts.index[:MAX_LEVELS].to_numpy(dtype=object))
    x_N = values.to_numpy(dtype=np.float64)
    return Target(name=column.name, sensor=measure_sensor(values, column), whole=bool((x_N == np.round(x_N)).all()))


def _reaches_feature(probe: Probe, values: pd.Series) -> bool:
    """Deal other values of the column to the probed rows."""
    return probe.reaches_feature(str(values.name), np.resize(values.unique()[::-1], len(probe.rows)))
