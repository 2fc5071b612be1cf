"""Rows by role: training rows to fit baselines on, calibration rows for thresholds, test rows to judge."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.split import assign_roles, normal_rows, require_roles
from vaegis.data.stream import Stream, frames, read_columns, stream_rows

TRAIN_ROWS: Final = 500_000
"""Training rows in memory, at most: baselines and learners look at fewer."""
CALIBRATION_ROWS: Final = 10_000
"""Calibration rows that set a baseline's threshold, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationRows:
    """Disjoint rows by role, each sorted by entity and time."""

    schema: TableSchema
    train: pd.DataFrame
    """Of more than `TRAIN_ROWS` a sample: of a series whole days, of events rows."""
    calibration: pd.DataFrame
    """Rows that no label marks, evenly thinned."""
    test: pd.DataFrame
    """A series: whole days of every entity, evenly spaced; events: rows, evenly spaced."""
    validation: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Rows that training stopped by but did not learn from, evenly thinned; may be none."""
    all_train: Stream | None = None
    """All training rows, where `train` is a sample."""

    def train_parts(self) -> Iterator[pd.DataFrame]:
        """Yield all training rows, some at a time."""
        yield from [self.train] if self.all_train is None else frames(self.all_train())

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
    """Read clean rows of the roles that evaluation needs, no more of each than it looks at.

    Of all rows only keys, time and labels are in memory at once.
    """
    labels, order = [label.name for label in schema.labels], [*schema.keys, schema.time]
    named = read_columns(path, list(dict.fromkeys([*order, *labels])))
    roles = assign_roles(named, schema, split)
    require_roles(roles, ("train", "calibration", "test"))
    by_role = {role: rows.sort_values(order) for role, rows in named.groupby(roles)}
    calibration = by_role["calibration"]
    chosen = {
        "train": _draw(by_role["train"], schema, TRAIN_ROWS),
        "calibration": thin(calibration[normal_rows(calibration, labels)], CALIBRATION_ROWS),
        "test": _thin_test(by_role["test"], schema, max_rows),
        "validation": thin(by_role.get("validation", named.iloc[:0]), CALIBRATION_ROWS),
    }
    is_train_N = (roles == "train").to_numpy()
    whole = len(chosen["train"]) == is_train_N.sum()
    return EvaluationRows(
        schema=schema,
        all_train=None if whole else stream_rows(path, schema.names, is_train_N),
        **_read(path, schema, {role: rows.index.to_numpy() for role, rows in chosen.items()}, len(named)),
    )


def _read(path: Path, schema: TableSchema, places: dict[str, np.ndarray], num_rows: int) -> dict[str, pd.DataFrame]:
    """Return the rows at places of the file, in their order."""
    keep_N = np.zeros(num_rows, dtype=bool)
    keep_N[np.concatenate(list(places.values()))] = True
    frame = pa.Table.from_batches(stream_rows(path, schema.names, keep_N)()).to_pandas()
    at_N = np.cumsum(keep_N) - 1
    return {role: frame.iloc[at_N[place_N]].reset_index(drop=True) for role, place_N in places.items()}


def _draw(frame: pd.DataFrame, schema: TableSchema, max_rows: int) -> pd.DataFrame:
    """Keep at most `max_rows` drawn at random, the same each time; of a series whole days, one at least."""
    if len(frame) <= max_rows:
        return frame
    random = np.random.default_rng(0)
    if not schema.cadence_seconds:
        return frame.iloc[np.sort(random.choice(len(frame), max_rows, replace=False))]
    day_N, days = pd.factorize(pd.to_datetime(frame[schema.time], utc=True).dt.floor("D"))
    order = random.permutation(len(days))
    fits = np.cumsum(np.bincount(day_N)[order]) <= max_rows
    return frame[np.isin(day_N, order[: max(1, int(fits.sum()))])]


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
    return frame[day.isin(chosen)]


def _thin_test(frame: pd.DataFrame, schema: TableSchema, max_rows: int) -> pd.DataFrame:
    if schema.cadence_seconds:
        return thin_days(frame, schema.time, max_rows)
    return thin(frame, max_rows)


def varies(values: pd.Series) -> bool:
    """Whether two values differ; missing ones do not count."""
    present = values.dropna()
    return len(present) > 0 and bool((present != present.iloc[0]).any())


def digest_rows(frame: pd.DataFrame) -> str:
    """Return the SHA-256 over names and values of a frame, in order."""
    hasher = hashlib.sha256(",".join(map(str, frame.columns)).encode())
    hasher.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return hasher.hexdigest()
