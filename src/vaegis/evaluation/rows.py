"""Rows by role: training rows to fit baselines on, calibration rows for thresholds, test rows to judge."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.ordered import Ordered, in_order
from vaegis.data.roles import read_roles
from vaegis.data.seconds import in_utc
from vaegis.data.split import ROLES, normal_rows, require_roles
from vaegis.data.stream import Stream, frames, stream_rows
from vaegis.evaluation.choose import draw_days, draw_rows, evenly, spread_days, spread_rows

TRAIN_ROWS: Final = 500_000
"""Training rows in memory, at most: baselines and learners look at fewer."""
CALIBRATION_ROWS: Final = 10_000
"""Calibration rows that set a baseline's threshold, at most."""
_NOBODY: Final = np.int8(-1)
"""Rows that evaluation does not look at, among numbers of roles."""


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

    Of all other rows no more than a few bytes are in memory at once: what they are for, and whether they are chosen.
    """
    labels, order = [label.name for label in schema.labels], [*schema.keys, schema.time]
    named = in_order(path, list(dict.fromkeys([*order, *labels])), order)
    chosen_N, is_train_N = (named.in_file(of_R) for of_R in _choose_all(named, schema, split, labels, max_rows))
    is_whole = bool((chosen_N[is_train_N] != _NOBODY).all())
    return EvaluationRows(
        schema=schema,
        all_train=None if is_whole else stream_rows(path, schema.names, is_train_N),
        **_read(path, schema, chosen_N, [] if named.is_sorted else order),
    )


def _choose_all(
    named: Ordered, schema: TableSchema, split: SplitConfig, labels: Sequence[str], max_rows: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return for which role each row is looked at, as its place in `ROLES` or `_NOBODY`, and which rows train."""
    roles = read_roles(named.parts(), schema, split, labels)
    require_roles(roles.counts(), ("train", "calibration", "test"))
    chosen_R = np.full(len(roles.number_N), _NOBODY)
    for number, role in enumerate(ROLES):
        of_R = roles.are(role)
        chosen_R[of_R] = np.where(_choose(role, of_R, named, schema, max_rows), np.int8(number), _NOBODY)
    return chosen_R, roles.are("train")


def _choose(role: str, of_R: np.ndarray, named: Ordered, schema: TableSchema, max_rows: int) -> np.ndarray:
    """Return True for those rows of a role that are looked at, in order: of a series whole days, of events rows."""
    num_rows = int(of_R.sum())

    def days() -> Iterator[pd.Series]:
        for part in named.parts([schema.time], of_R):
            yield in_utc(part[schema.time]).dt.floor("D")

    if role == "train":
        return draw_days(days, num_rows, TRAIN_ROWS) if schema.cadence_seconds else draw_rows(num_rows, TRAIN_ROWS)
    if role == "test":
        return spread_days(days, num_rows, max_rows) if schema.cadence_seconds else spread_rows(num_rows, max_rows)
    return spread_rows(num_rows, CALIBRATION_ROWS)


def _read(path: Path, schema: TableSchema, chosen_N: np.ndarray, order: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the rows of the file that are chosen, by role, sorted by the columns of `order` if there are any."""
    keep_N = chosen_N != _NOBODY
    # All in one: a column has one dtype, whichever roles its missing cells are in.
    frame = pa.Table.from_batches(stream_rows(path, schema.names, keep_N)()).to_pandas()
    rows = {role: frame[chosen_N[keep_N] == number] for number, role in enumerate(ROLES)}
    return {role: (few.sort_values(order) if order else few).reset_index(drop=True) for role, few in rows.items()}


def thin(frame: pd.DataFrame, max_rows: int) -> pd.DataFrame:
    """Keep at most `max_rows`, evenly spaced."""
    return frame if len(frame) <= max_rows else frame.iloc[evenly(len(frame), max_rows)]


def varies(values: pd.Series) -> bool:
    """Whether two values differ; missing ones do not count."""
    present = values.dropna()
    return len(present) > 0 and bool((present != present.iloc[0]).any())


def digest_rows(frame: pd.DataFrame) -> str:
    """Return the SHA-256 over names and values of a frame, in order."""
    hasher = hashlib.sha256(",".join(map(str, frame.columns)).encode())
    hasher.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return hasher.hexdigest()
