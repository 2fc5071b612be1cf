"""The rows that two versions meet, and what hangs together among them. N rows, P rows with faults."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.data.split import normal_rows
from vaegis.evaluation.rows import digest_rows


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ComparedRows:
    """Held-out rows, and copies of some of them with a fault each."""

    frame: pd.DataFrame
    faults: pd.DataFrame = field(default_factory=pd.DataFrame)
    labels: tuple[ColumnSpec, ...] = ()
    """Labels that the rows hold."""
    block_N: np.ndarray
    """A key for each row; rows of one key are drawn together."""
    block_P: np.ndarray
    block: str
    """What a block is: `day` or `row`."""

    @classmethod
    def of(cls, schema: TableSchema, frame: pd.DataFrame, faults: pd.DataFrame | None = None) -> Self:
        """Take rows as they are; labels and times are used where the rows hold them."""
        frame = frame.reset_index(drop=True)
        altered = frame.iloc[:0] if faults is None else faults.reset_index(drop=True)
        is_series = bool(schema.cadence_seconds) and schema.time in frame.columns
        has_names = {*schema.keys, schema.time} <= set(frame.columns)
        if is_series:
            keys = [_days(part, schema.time) for part in (frame, altered)]
        elif has_names:
            keys = [schema.row_ids(part).to_numpy(dtype=str) for part in (frame, altered)]
        else:
            keys = [np.arange(len(frame)), np.empty(0, dtype=int)]
        return cls(
            frame=frame,
            faults=altered,
            labels=tuple(label for label in schema.labels if label.name in frame.columns),
            block_N=keys[0],
            block_P=keys[1],
            block="day" if is_series else "row",
        )

    @property
    def normal_N(self) -> np.ndarray:
        """Return True for rows that no label marks."""
        return np.asarray(normal_rows(self.frame, [label.name for label in self.labels]), dtype=bool)

    @property
    def digest(self) -> str:
        """SHA-256 of the rows and the faults."""
        return f"{digest_rows(self.frame)[:32]}{digest_rows(self.faults)[:32]}"


def _days(frame: pd.DataFrame, time: str) -> np.ndarray:
    since = pd.to_datetime(frame[time], utc=True) - pd.Timestamp(0, tz="UTC")
    return np.asarray(since.dt.days, dtype=np.int64)
