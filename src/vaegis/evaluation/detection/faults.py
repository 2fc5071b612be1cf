"""Faults injected into held-out rows: stuck, drift, bias and swapped sensors, by size, balanced over sensors.

Labels that exist are rules on the very columns a model sees; an injected fault is the one truth that is known.
Every kind and size gets altered copies of normal windows; the unaltered rows are the negatives.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.config.evaluate import EvaluateConfig
from vaegis.errors import DataError
from vaegis.evaluation.derivation import Derive, rederive
from vaegis.evaluation.detection.alterations import ALTERATIONS, Ground, Site, Values
from vaegis.evaluation.detection.sensors import Sensor
from vaegis.evaluation.detection.windows import Window
from vaegis.evaluation.rows import EvaluationRows

SIZED: Final = ("drift", "bias")
"""Kinds of fault that come in sizes."""
MAX_WINDOWS: Final = 60
"""Windows for each kind and size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Injected:
    """Altered rows, derived columns recomputed, and what was done to them."""

    frame: pd.DataFrame
    event_N: np.ndarray
    """Index into `events` for each row."""
    events: pd.DataFrame
    """kind, size (training standard deviations; NaN for kinds without), sensor, detail, entity, start, rows."""


def inject_faults(
    rows: EvaluationRows,
    windows: Sequence[Window],
    sensors: Sequence[Sensor],
    derive: Derive,
    config: EvaluateConfig,
) -> Injected:
    """Alter copies of normal test windows, the same for the same seed; each kind and size meets each sensor in turn.

    An alteration that changes no value is no fault and is left out.

    Raises:
        DataError: there is no sensor, no window to put a fault in, or no fault that changes a value.
    """
    if not sensors or not windows:
        what = f"no fault can be injected: {len(sensors)} raw sensors, {len(windows)} full normal windows"
        raise DataError(what, where="params.yaml: evaluate.fault_hours, or the roles and kinds in feature_repo/")
    ground = Ground.of(rows, sensors)
    taken: list[np.ndarray] = []
    changes: list[Values] = []
    records: list[dict[str, Any]] = []
    for kind, size, site in _sites(ground, windows, sensors, config):
        values, detail = ALTERATIONS[kind](site)
        values = _kept(values, ground, site.window)
        if values:
            taken.append(site.window.rows)
            changes.append(values)
            records.append(_record(kind, size, site, detail))
    if not taken:
        what = f"no fault changes a value of {', '.join(sensor.name for sensor in sensors)} in the test rows"
        raise DataError(what, where="params.yaml: evaluate.fault_sizes, or the test rows")
    lengths = [len(rows_N) for rows_N in taken]
    frame = rows.test.iloc[np.concatenate(taken)].reset_index(drop=True)
    return Injected(
        frame=rederive(_apply(frame, changes, lengths), rows.schema, derive),
        event_N=np.repeat(np.arange(len(taken)), lengths),
        events=pd.DataFrame(records),
    )


def fault_cells(kinds: Iterable[str], sizes: Sequence[float]) -> list[tuple[str, float]]:
    """Return every kind with every size; NaN for kinds without sizes."""
    return [(kind, size) for kind in kinds for size in (sizes if kind in SIZED else [np.nan])]


def _sites(
    ground: Ground, windows: Sequence[Window], sensors: Sequence[Sensor], config: EvaluateConfig
) -> Iterator[tuple[str, float, Site]]:
    largest = max(config.fault_sizes, default=1.0)
    for cell, (kind, size) in enumerate(fault_cells(ALTERATIONS, config.fault_sizes)):
        rng = np.random.default_rng([config.seed, cell])
        for turn, index in enumerate(rng.permutation(len(windows))[:MAX_WINDOWS]):
            sensor = sensors[turn % len(sensors)]
            # Half a turn is as far as an angle can go: beyond it a larger size would be a smaller fault.
            scale = min(sensor.scale, 180.0 / largest) if sensor.is_angle else sensor.scale
            round_ = turn // len(sensors)
            yield (
                kind,
                size,
                Site(ground=ground, window=windows[index], sensor=sensor, shift=size * scale, turn=round_, rng=rng),
            )


def _kept(values: Values, ground: Ground, window: Window) -> Values:
    """Leave missing readings missing; return nothing if no value changed."""
    old = {name: ground.values[name][window.rows] for name in values}
    new = {name: np.where(np.isfinite(old[name]), item, np.nan) for name, item in values.items()}
    changed = any(not np.array_equal(new[name], old[name], equal_nan=True) for name in new)
    return new if changed else {}


def _apply(frame: pd.DataFrame, changes: Sequence[Values], lengths: Sequence[int]) -> pd.DataFrame:
    columns = {name: frame[name].to_numpy(dtype=np.float64, copy=True) for values in changes for name in values}
    start = 0
    for values, length in zip(changes, lengths, strict=True):
        for name, new_N in values.items():
            columns[name][start : start + length] = new_N
        start += length
    return frame.assign(**columns)


def _record(kind: str, size: float, site: Site, detail: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "size": size,
        "sensor": site.sensor.name,
        "detail": detail,
        "entity": site.window.entity,
        "start": site.window.start,
        "rows": len(site.window.rows),
    }
