"""Rows by role: training rows to fit baselines on, calibration rows for thresholds, test rows to judge."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.split import assign_roles, normal_rows, require_roles
from vaegis.data.stream import read_columns

CALIBRATION_ROWS: Final = 10_000
"""Calibration rows that set a baseline's threshold, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationRows:
    """Disjoint rows by role, each sorted by entity and time."""

    schema: TableSchema
    train: pd.DataFrame
    calibration: pd.DataFrame
    """Rows that no label marks, evenly thinned."""
    test: pd.DataFrame
    """A series: whole days of every entity, evenly spaced; events: rows, evenly spaced."""
    validation: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Rows that training stopped by but did not learn from, evenly thinned; may be none."""

    @property
    def normal(self) -> np.ndarray:
        """Return True for test rows that no label marks, (N,)."""
        return np.asarray(normal_rows(self.test, [label.name for label in self.schema.labels]), dtype=bool)

    def describe(self) -> dict[str, Any]:
        """Say which test rows were used, so that two models can prove they met the same ones."""
        times = pd.to_datetime(self.test[self.schema.time], utc=True)
        return {
            "rows_digest": digest_rows(self.test),
            "rows": len(self.test),
            "normal_rows": int(self.normal.sum()),
            "days": int(times.dt.floor("D").nunique()),
            "first": times.min().isoformat(),
            "last": times.max().isoformat(),
        }


def load_rows(path: Path, schema: TableSchema, split: SplitConfig, max_rows: int) -> EvaluationRows:
    """Read clean rows and keep those of the roles that evaluation needs."""
    frame = read_columns(path, schema.names)
    roles = assign_roles(frame, schema, split)
    require_roles(roles, ("train", "calibration", "test"))
    order = [*schema.keys, schema.time]
    by_role = {role: rows.sort_values(order, ignore_index=True) for role, rows in frame.groupby(roles)}
    calibration = by_role["calibration"]
    calibration = calibration[normal_rows(calibration, [label.name for label in schema.labels])]
    return EvaluationRows(
        schema=schema,
        train=by_role["train"],
        calibration=thin(calibration, CALIBRATION_ROWS).reset_index(drop=True),
        test=_thin_test(by_role["test"], schema, max_rows),
        validation=thin(by_role.get("validation", pd.DataFrame()), CALIBRATION_ROWS).reset_index(drop=True),
    )


def thin(frame: pd.DataFrame, max_rows: int) -> pd.DataFrame:
    """Keep at most `max_rows`, evenly spaced."""
    if len(frame) <= max_rows:
        return frame
    return frame.iloc[np.linspace(0, len(frame) - 1, max_rows).round().astype(int)]


def thin_days(frame: pd.DataFrame, time: str, max_rows: int) -> pd.DataFrame:
    """Keep whole days, evenly spaced, of about `max_rows` rows in all, at least one day.

    Faults last hours, so windows must stay contiguous.
    """
    if len(frame) <= max_rows:
        return frame
    day = pd.to_datetime(frame[time], utc=True).dt.floor("D")
    days = np.sort(day.unique())
    keep = max(1, int(len(days) * max_rows / len(frame)))
    chosen = days[np.linspace(0, len(days) - 1, keep).round().astype(int)]
    return frame[day.isin(chosen)].reset_index(drop=True)


def _thin_test(frame: pd.DataFrame, schema: TableSchema, max_rows: int) -> pd.DataFrame:
    if schema.cadence_seconds:
        return thin_days(frame, schema.time, max_rows)
    return thin(frame, max_rows).reset_index(drop=True)


def varies(values: pd.Series) -> bool:
    """Whether two values differ; missing ones do not count."""
    present = values.dropna()
    return len(present) > 0 and bool((present != present.iloc[0]).any())


def digest_rows(frame: pd.DataFrame) -> str:
    """Return the SHA-256 over names and values of a frame, in order."""
    hasher = hashlib.sha256(",".join(map(str, frame.columns)).encode())
    hasher.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return hasher.hexdigest()
