"""The split of a new project: the settings under which every role gets rows of this very table."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.split import GAP, ROLES, assign_roles

TEST_SHARE: Final = 0.2
BLOCK_DAYS: Final = (7.0, 3.0, 1.0, 0.25, 0.0625)
"""Lengths to try, the longest first: a week holds all days of the week."""
CYCLES: Final = 3
"""How often the pattern of five blocks should repeat, so that every role sees every part of the time span."""
MIN_SHARE: Final = 0.04
"""Rows a role must get, as a share of all, for a way of splitting to be taken."""
GAP_OF_BLOCK: Final = 1 / 7
"""The gap as a share of the block: a day beside a week."""


def choose_split(frame: pd.DataFrame, schema: TableSchema, *, is_timed: bool) -> dict[str, Any]:
    """Return the keys of section `split` that differ from the defaults.

    By time wherever the table has one: the last fifth is for test. By entity where there is none, or where no length
    of block leaves every role its rows.
    """
    if is_timed:
        for settings in _by_time(pd.to_datetime(frame[schema.time], utc=True)):
            if _is_fair(frame, schema, SplitConfig(**settings)):
                return settings
    return {"by": "entity"}


def count_roles(roles: pd.Series) -> dict[str, int]:
    """Return the rows of each role, none left out."""
    counts = roles.value_counts()
    return {role: int(counts.get(role, 0)) for role in (*ROLES, GAP)}


def _by_time(times: pd.Series) -> Iterator[dict[str, Any]]:
    start = times.quantile(1.0 - TEST_SHARE)
    span = (start - times.min()) / pd.Timedelta(days=1)
    if not span > 0:
        return
    shown = start.floor("D") if span > 10 else start.floor("min")
    test_from = shown.strftime("%Y-%m-%d" if span > 10 else "%Y-%m-%dT%H:%M")
    fitting = [days for days in BLOCK_DAYS if span / days >= 5 * CYCLES] or list(BLOCK_DAYS[-1:])
    for days in fitting:
        yield {
            "test_from": test_from,
            "block_days": _plain(days),
            "gap_hours": _plain(round(24 * days * GAP_OF_BLOCK, 2)),
        }


def _is_fair(frame: pd.DataFrame, schema: TableSchema, config: SplitConfig) -> bool:
    counts = count_roles(assign_roles(frame, schema, config))
    return all(counts[role] >= MIN_SHARE * len(frame) for role in ROLES)


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
