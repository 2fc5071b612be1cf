"""Which columns of a table without histories a fault can sit in, and what may be written there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.evaluation.derivation import Derive, rederive
from vaegis.evaluation.rows import thin
from vaegis.evaluation.sensors import Sensor, measure_sensor

MAX_LEVELS: Final = 100
"""Levels that a fault may write, the most frequent in training: of rarer ones nobody knows what is normal."""
_PROBE_ROWS: Final = 200


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
    probe = thin(train, _PROBE_ROWS).reset_index(drop=True)
    before = rederive(probe, schema, derive) if len(probe) else probe
    found = []
    for column in _candidates(schema):
        values = train[column.name].dropna()
        if values.nunique() > 1 and _reaches_feature(probe, before, values, column.name, schema, derive):
            found.append(_measure(values, column))
    return tuple(found)


def _candidates(schema: TableSchema) -> Iterator[ColumnSpec]:
    for column in schema.columns:
        is_amount = column.kind in ("numeric", "count", "angle") and column.dtype in ("float64", "int64")
        raw = column.role in ("feature", "context") and column.name not in schema.derived
        if raw and (is_amount or (column.is_discrete and column.dtype != "timestamp")):
            yield column


def _measure(values: pd.Series, column: ColumnSpec) -> Target:
    if column.is_discrete:
        counts = values.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        return Target(name=column.name, levels=counts.index[:MAX_LEVELS].to_numpy(dtype=object))
    x_N = values.to_numpy(dtype=np.float64)
    return Target(name=column.name, sensor=measure_sensor(values, column), whole=bool((x_N == np.round(x_N)).all()))


def _reaches_feature(
    probe: pd.DataFrame, before: pd.DataFrame, values: pd.Series, name: str, schema: TableSchema, derive: Derive
) -> bool:
    """Ask whether other values of the column, dealt to the probed rows, change any feature."""
    features = [column.name for column in schema.features]
    if name in features:
        return True
    dealt = np.resize(values.unique()[::-1], len(probe))
    after = rederive(probe.assign(**{name: dealt}), schema, derive)
    return not before[features].equals(after[features])
