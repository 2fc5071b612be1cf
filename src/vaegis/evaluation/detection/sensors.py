"""Which columns are raw sensors of one entity, and how far they usually vary."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.evaluation.derivation import Derive, Probe


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensor:
    """One column that a fault can sit in."""

    name: str
    unit: str
    is_angle: bool
    scale: float
    """Training standard deviation, in `unit`; circular for angles."""
    low: float
    """Smallest value it can write; angles: where a turn starts."""
    high: float

    def bound(self, values_N: np.ndarray) -> np.ndarray:
        """Bring values into range: angles wrap by a full turn, others saturate."""
        if self.is_angle:
            return np.asarray(self.low + np.mod(values_N - self.low, 360.0))
        return np.asarray(np.clip(values_N, self.low, self.high))


def find_sensors(train: pd.DataFrame, schema: TableSchema, derive: Derive) -> tuple[Sensor, ...]:
    """Return the raw numeric columns that vary within an entity, differ between entities, and reach a feature."""
    found = []
    probe = Probe.of(train, schema, derive)
    for column in schema.columns:
        if not (column.is_input or column.role == "context") or column.kind not in ("numeric", "count", "angle"):
            continue
        if column.name in schema.derived or not _varies(train, column.name, schema):
            continue
        sensor = measure_sensor(train[column.name], column)
        if sensor.scale > 0 and (column.is_input or _reaches_feature(probe, sensor)):
            found.append(sensor)
    return tuple(found)


def measure_sensor(values: pd.Series, column: ColumnSpec) -> Sensor:
    """Return how far a column usually varies, and its bounds; at least one value must be there."""
    x_N = values.dropna().to_numpy(dtype=np.float64)
    is_angle = column.kind == "angle"
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    if is_angle:
        low = 0.0 if x_N.min() >= 0 else -180.0
        high = low + 360.0
    scale = _circular_std(x_N) if is_angle else float(x_N.std())
    return Sensor(name=column.name, unit=column.unit, is_angle=is_angle, scale=scale, low=low, high=high)


def _circular_std(degrees_N: np.ndarray) -> float:
    """Return sqrt(-2 ln R) in degrees (Mardia and Jupp 2000, eq. 2.3.11)."""
    length = abs(np.exp(1j * np.deg2rad(degrees_N)).mean())
    return float(np.rad2deg(np.sqrt(max(0.0, -2.0 * np.log(max(length, 1e-12))))))


def _varies(train: pd.DataFrame, name: str, schema: TableSchema) -> bool:
    """Tell a sensor from what is constant for an entity, and from what all entities share at a time."""
    values = train[name]
    if values.notna().sum() == 0 or not (train.groupby(schema.keys)[name].nunique() > 1).any():
        return False
    if len(train[schema.keys].drop_duplicates()) == 1:
        return True
    return bool((train.groupby(schema.time)[name].nunique() > 1).any())


def _reaches_feature(probe: Probe, sensor: Sensor) -> bool:
    old_N = probe.rows[sensor.name].to_numpy(dtype=np.float64)
    return probe.reaches_feature(sensor.name, sensor.bound(old_N + sensor.scale))
