"""What each kind of fault does to the values of one window. N rows of the window."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
import pandas as pd

from vaegis.data.split import entity_names
from vaegis.evaluation.detection.sensors import Sensor
from vaegis.evaluation.detection.windows import Window
from vaegis.evaluation.rows import EvaluationRows

_TRIES: Final = 8
"""Other entities asked for rows at the same times."""

Values = dict[str, np.ndarray]
"""New values by column."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """The untouched test rows, and where each entity's times lie in them."""

    values: Mapping[str, np.ndarray]
    times: np.ndarray
    positions: Mapping[str, pd.Series]
    sensors: Sequence[Sensor]

    @classmethod
    def of(cls, rows: EvaluationRows, sensors: Sequence[Sensor]) -> Self:
        """Index the test rows."""
        times = pd.DatetimeIndex(pd.to_datetime(rows.test[rows.schema.time], utc=True))
        where = pd.Series(np.arange(len(times)), index=times)
        by_entity = where.groupby(entity_names(rows.test, rows.schema.keys).to_numpy(), sort=True)
        return cls(
            values={sensor.name: rows.test[sensor.name].to_numpy(dtype=np.float64) for sensor in sensors},
            times=times.to_numpy(),
            positions={str(entity): series for entity, series in by_entity},
            sensors=sensors,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One window and the sensor that fails in it."""

    ground: Ground
    window: Window
    sensor: Sensor
    shift: float
    """How far the fault reaches, in the sensor's unit; NaN for kinds without sizes."""
    turn: int
    rng: np.random.Generator = field(repr=False)

    def values(self, sensor: Sensor) -> np.ndarray:
        """Return a sensor's untouched values in the window."""
        return np.asarray(self.ground.values[sensor.name][self.window.rows])


def stick(site: Site) -> tuple[Values, str]:
    """Repeat the first value."""
    old_N = site.values(site.sensor)
    present = old_N[np.isfinite(old_N)]
    return {site.sensor.name: np.full(len(old_N), present[0] if len(present) else np.nan)}, ""


def drift(site: Site) -> tuple[Values, str]:
    """Add a ramp from 0 to the shift."""
    num_rows = len(site.window.rows)
    return _offset(site, np.arange(1, num_rows + 1) / num_rows)


def bias(site: Site) -> tuple[Values, str]:
    """Add the shift."""
    return _offset(site, np.ones(len(site.window.rows)))


def swap(site: Site) -> tuple[Values, str]:
    """Exchange two sensors of the entity and, every other time, read another entity's sensor instead."""
    ways = (_swap_sensors, _swap_entities)
    first, second = ways if site.turn % 2 == 0 else ways[::-1]
    values, detail = first(site)
    return (values, detail) if values else second(site)


ALTERATIONS: Final[dict[str, Callable[[Site], tuple[Values, str]]]] = {
    "stuck": stick,
    "drift": drift,
    "bias": bias,
    "swapped": swap,
}


def _offset(site: Site, ramp_N: np.ndarray) -> tuple[Values, str]:
    """Shift up or down by chance; the other way where the range of the sensor would swallow more than half of it."""
    old_N = site.values(site.sensor)
    sign = float(site.rng.choice([-1.0, 1.0]))
    moved = [site.sensor.bound(old_N + way * site.shift * ramp_N) for way in (sign, -sign)]
    reach = [0.0 if np.isnan(new_N).all() else float(np.nanmean(np.abs(new_N - old_N))) for new_N in moved]
    use = 0 if site.sensor.is_angle or reach[0] >= 0.5 * reach[1] else 1
    return {site.sensor.name: moved[use]}, "up" if (sign > 0) == (use == 0) else "down"


def _swap_sensors(site: Site) -> tuple[Values, str]:
    others = [sensor for sensor in site.ground.sensors if sensor.name != site.sensor.name]
    others = [sensor for sensor in others if sensor.unit == site.sensor.unit] or others
    if not others:
        return {}, ""
    other = others[int(site.rng.integers(len(others)))]
    exchanged = {
        site.sensor.name: site.sensor.bound(site.values(other)),
        other.name: other.bound(site.values(site.sensor)),
    }
    return exchanged, f"with {other.name}"


def _swap_entities(site: Site) -> tuple[Values, str]:
    times = site.ground.times[site.window.rows]
    entities = [entity for entity in site.ground.positions if entity != site.window.entity]
    for index in site.rng.permutation(len(entities))[:_TRIES]:
        found = site.ground.positions[entities[index]].reindex(pd.DatetimeIndex(times, tz="UTC"))
        if found.notna().all():
            return {
                site.sensor.name: site.ground.values[site.sensor.name][found.astype(int)]
            }, f"with {entities[index]}"
    return {}, ""
