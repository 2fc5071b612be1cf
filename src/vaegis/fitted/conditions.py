"""The rows of conditions that a model keeps, and those it is given. N rows, C condition columns."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import torch

from vaegis.contract import conform
from vaegis.data.batches import TableBatch, spaced
from vaegis.data.transform import TableTransform
from vaegis.errors import ConfigError

KEPT: Final = 1_000
"""Training rows whose conditions a model keeps: enough for their joint frequencies, and no copy of a large table."""

_GIVEN: Final = "the argument `given`"

Given: TypeAlias = pd.DataFrame | Mapping[str, Any]
"""Rows of conditions, or one value a condition for all rows."""


def keep_conditions(train: TableBatch, columns: Sequence[int]) -> TableBatch:
    """Return at most `KEPT` training rows, evenly spaced, emptied but for the columns at some positions of X."""
    rows = spaced(train, KEPT)
    kept_X = torch.zeros(rows.observed_NX.shape[1])
    kept_X[list(columns)] = 1.0
    return _masked(rows, kept_X)


def hide_columns(rows: TableBatch, columns: Sequence[int]) -> TableBatch:
    """Return rows in which the columns at some positions of X are missing: they are read, but not judged."""
    if not columns:
        return rows
    kept_X = torch.ones(rows.observed_NX.shape[1])
    kept_X[list(columns)] = 0.0
    return _masked(rows, kept_X)


def draw_kept(kept: TableBatch | None, num_rows: int, generator: torch.Generator) -> TableBatch | None:
    """Return the conditions of N rows drawn among those kept, None if the model has none."""
    if kept is None:
        return None
    return kept.take(torch.randint(kept.num_rows, (num_rows,), generator=generator))


def conform_given(transform: TableTransform, given: Given, num_rows: int) -> pd.DataFrame:
    """Return the conditions of N rows in the contract's order and dtypes; one row is repeated.

    Raises:
        DataError: a condition is missing or of the wrong type.
        ConfigError: there are neither one nor N rows.
    """
    columns = [column for column in transform.columns if column.role == "condition"]
    frame = given if isinstance(given, pd.DataFrame) else pd.DataFrame({name: [value] for name, value in given.items()})
    rows = conform(frame, columns, where=_GIVEN)
    if len(rows) not in (1, num_rows):
        what = f"{len(rows)} rows of conditions for {num_rows} rows"
        raise ConfigError(what, allowed=f"1 or {num_rows}", where=_GIVEN)
    positions = np.zeros(num_rows, dtype=int) if len(rows) == 1 else np.arange(num_rows)
    return rows.iloc[positions].reset_index(drop=True)


def encode_given(
    transform: TableTransform, kept: TableBatch | None, given: Given | None, num_rows: int
) -> TableBatch | None:
    """Return N rows in which the conditions are observed and nothing else, None if none are given.

    Raises:
        ConfigError: the model has no conditions (`kept` none), or there are neither one nor N rows of them.
    """
    if given is None:
        return None
    if kept is None:
        what = "this model has no condition columns, and values of some are given"
        raise ConfigError(what, allowed="a model of a table with columns of role condition", where=_GIVEN)
    rows = conform_given(transform, given, num_rows)
    return transform.encode(rows.reindex(columns=[column.name for column in transform.columns]))


def _masked(rows: TableBatch, kept_X: torch.Tensor) -> TableBatch:
    num_numeric = rows.values_ND.shape[1]
    codes_NC = rows.codes_NC * kept_X[num_numeric:].long()
    return TableBatch(rows.values_ND * kept_X[:num_numeric], codes_NC, rows.observed_NX * kept_X)
