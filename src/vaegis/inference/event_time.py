"""Guess which column says when a row happened, and how regularly rows follow each other."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.inference import names
from vaegis.inference.profile import Profile

REGULAR: Final = 0.9
"""A table has a cadence if this share of the steps within an entity equal the median step, to one percent."""


def rank_times(columns: Sequence[Profile]) -> tuple[list[str], list[str]]:
    """Return the columns that may say when a row happened, the likeliest first; and those that probably do not.

    A row without a time cannot be placed, so a column with gaps is none of either.
    """
    candidates = [column for column in columns if column.form == "time" and column.missing == 0.0 and column.rows]
    most = max((column.distinct for column in candidates), default=1)
    scores = {column.name: _score(column) + 2.0 * column.distinct / most for column in candidates}
    scored = sorted(candidates, key=lambda column: -scores[column.name])  # stable: the earlier column wins
    likely = [column.name for column in scored if scores[column.name] > 0.0]
    return likely, [column.name for column in scored if column.name not in likely]


def _score(column: Profile) -> float:
    parts = names.tokens(column.name)
    is_named = "_".join(parts) in names.EVENT_TIME or "".join(parts) in names.EVENT_TIME
    score = -1.0 + 3.0 * is_named - 3.0 * bool(names.says(column.name, names.OTHER_TIME))
    score += 1.0 * bool(set(parts) & set(names.EVENT_TIME))
    score += 1.0 * bool(column.values.is_monotonic_increasing and column.distinct > 1)
    return score - 2.0 * (column.distinct == 1)


def cadence(times: pd.Series, codes: np.ndarray) -> float | None:
    """Return the seconds between two rows of one entity; None where rows come irregularly.

    `codes` numbers the entity of each row.
    """
    stamps = pd.to_datetime(times, utc=True).astype("datetime64[us, UTC]").astype("int64").to_numpy()
    order = np.lexsort((stamps, codes))
    steps = np.diff(stamps[order])[np.diff(codes[order]) == 0]
    steps = steps[steps > 0]
    if len(steps) < 2:
        return None
    median = float(np.median(steps))
    share = float((np.abs(steps - median) <= 0.01 * median).mean())
    return median / 1e6 if share >= REGULAR else None
