"""What the rows of a table are for, a byte a row: the table need not fit in memory. N rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.split import DEALT, normal_rows, number_roles

_MARKED: Final = len(DEALT)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowRoles:
    """The role of each row, one byte each."""

    number_N: np.ndarray
    """Place in `DEALT`, or `_MARKED`: a calibration row that a label marks; int8."""

    def are(self, role: str) -> np.ndarray:
        """Return True for rows of a role, (N,); calibration must be normal, so rows that a label marks stay out."""
        return np.asarray(self.number_N == DEALT.index(role))

    def counts(self) -> dict[str, int]:
        """Return the rows of each role that has any, marked ones among them."""
        count = {role: int(np.count_nonzero(self.are(role))) for role in DEALT}
        count["calibration"] += int(np.count_nonzero(self.number_N == _MARKED))
        return {role: rows for role, rows in count.items() if rows}


def read_roles(
    parts: Iterable[pd.DataFrame], schema: TableSchema, split: SplitConfig, labels: Sequence[str] = ()
) -> RowRoles:
    """Return what rows that come some at a time are for; `labels` mark what calibration must not see."""
    return RowRoles(number_N=np.concatenate([_number(part, schema, split, labels) for part in parts]))


def _number(frame: pd.DataFrame, schema: TableSchema, split: SplitConfig, labels: Sequence[str]) -> np.ndarray:
    number_N = number_roles(frame, schema, split)
    marked_N = ~normal_rows(frame, labels).to_numpy()
    number_N[marked_N & (number_N == DEALT.index("calibration"))] = _MARKED
    return number_N
