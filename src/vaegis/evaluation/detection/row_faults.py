"""Faults in single held-out rows, for tables whose rows are events: by kind and size, balanced over columns.

Every kind and size gets altered copies of normal rows; the unaltered rows are the negatives. Where columns do not
depend on each other an exchanged value is no fault that anyone could see: 0.5 is then the right answer.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.config.evaluate import EvaluateConfig
from vaegis.data.split import entity_names
from vaegis.evaluation.derivation import Derive, rederive
from vaegis.evaluation.detection.faults import Injected, fault_cells
from vaegis.evaluation.detection.row_alterations import ROW_ALTERATIONS, Spot
from vaegis.evaluation.detection.targets import Target
from vaegis.evaluation.rows import EvaluationRows

MAX_ROWS: Final = 1_200
"""Altered rows for each kind and size: an AUROC is then known to 0.01."""

_COLUMNS: Final = ("kind", "size", "sensor", "detail", "entity", "start", "rows")


def inject_row_faults(
    rows: EvaluationRows, targets: Sequence[Target], derive: Derive, config: EvaluateConfig
) -> Injected:
    """Alter copies of normal test rows, the same for the same seed; each kind and size meets each column in turn.

    An alteration that changes no value is no fault and is left out; without any, the table of faults is empty.
    """
    taken, changes, records = [np.empty(0, dtype=int)], [], []
    times = pd.to_datetime(rows.test[rows.schema.time], utc=True)
    entities = entity_names(rows.test, rows.schema.keys).to_numpy(dtype=object)
    for kind, size, target, picked, new_N in _alterations(rows, targets, config):
        old_N = rows.test[target.name].to_numpy()[picked]
        taken.append(picked)
        changes.append((target.name, new_N))
        named = zip(_short(old_N), _short(new_N), entities[picked], times.iloc[picked], strict=True)
        records += [(kind, size, target.name, f"{old} -> {new}", entity, time, 1) for old, new, entity, time in named]
    frame = rows.test.iloc[np.concatenate(taken)].reset_index(drop=True)
    if len(frame):
        frame = rederive(_apply(frame, changes), rows.schema, derive)
    return Injected(frame=frame, event_N=np.arange(len(frame)), events=pd.DataFrame(records, columns=list(_COLUMNS)))


def _alterations(
    rows: EvaluationRows, targets: Sequence[Target], config: EvaluateConfig
) -> Iterator[tuple[str, float, Target, np.ndarray, np.ndarray]]:
    """Yield kind, size, column, positions among the test rows, and the values to write there."""
    normal_N = rows.normal
    fitting = {kind: [target for target in targets if _fits(kind, target)] for kind in ROW_ALTERATIONS}
    for cell, (kind, size) in enumerate(fault_cells(ROW_ALTERATIONS, config.fault_sizes)):
        rng = np.random.default_rng([config.seed, cell])
        for target in fitting[kind]:
            values = rows.test[target.name]
            able = np.flatnonzero(normal_N & values.notna().to_numpy())
            wanted = -(-MAX_ROWS // len(fitting[kind]))
            picked = np.sort(rng.choice(able, size=min(wanted, len(able)), replace=False))
            raw = values.to_numpy(dtype=np.float64 if target.sensor else object)
            spot = Spot(target=target, old_N=raw[picked], others_M=raw[able], size=size, rng=rng)
            new_N = ROW_ALTERATIONS[kind](spot) if len(picked) else raw[picked]
            changed = new_N != spot.old_N
            if changed.any():
                yield kind, size, target, picked[changed], new_N[changed]


def _fits(kind: str, target: Target) -> bool:
    return {"bias": target.sensor is not None, "replaced": target.levels is not None}.get(kind, True)


def _apply(frame: pd.DataFrame, changes: Sequence[tuple[str, np.ndarray]]) -> pd.DataFrame:
    dtypes = {name: new_N.dtype for name, new_N in changes}
    columns = {name: frame[name].to_numpy(dtype=dtype, copy=True) for name, dtype in dtypes.items()}
    start = 0
    for name, new_N in changes:
        columns[name][start : start + len(new_N)] = new_N
        start += len(new_N)
    levels = {name: column for name, column in columns.items() if column.dtype == object}
    return frame.assign(**columns).astype({name: frame[name].dtype for name in levels})


def _short(values: np.ndarray) -> list[str]:
    return [f"{value:.6g}" if isinstance(value, float) else str(value) for value in values.tolist()]
