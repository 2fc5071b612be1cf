"""The rows of conditions that a model keeps, and those it is given. N rows, C condition columns."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import torch

from vaegis.data.batches import TableBatch, spaced
from vaegis.data.levels import has_rest
from vaegis.data.ranges import in_words, within
from vaegis.data.seconds import as_numbers
from vaegis.data.transform import TableTransform, as_text
from vaegis.errors import ConfigError, DataError
from vaegis.generation.asked import WHERE, Given, asked_rows, conform_asked, refuse_unseen

KEPT: Final = 1_000
"""Training rows whose conditions a model keeps: enough for their joint frequencies, and no copy of a large table."""


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


def conform_given(
    transform: TableTransform, kept: TableBatch | None, given: Given | None, num_rows: int
) -> pd.DataFrame | None:
    """Return the conditions of N rows in the contract's order and dtypes, None if none are given.

    Raises:
        ConfigError: the model has no conditions (`kept` none).
        DataError: one is missing or of the wrong type, a level is none that training saw, a number or time lies beyond
            all that it saw, or there are neither one nor N rows.
    """
    asked = asked_rows(given, num_rows)
    if asked is None:
        return None
    if kept is None:
        what = "this model has no condition columns, and values of some are given"
        raise ConfigError(what, allowed="a model of a table with columns of role condition", where=WHERE)
    columns = [column for column in transform.columns if column.role == "condition"]
    names = [column.name for column in columns]
    if strangers := [name for name in asked.columns if name not in names]:
        what = f"column {strangers[0]!r} is given, but is no condition, and this model has no generator"
        raise DataError(what, allowed=", ".join(names), where=WHERE)
    rows = conform_asked(asked, columns)
    for column in columns:
        if (ends := transform.ranges.get(column.name)) is not None:
            known_N = within(as_numbers(rows[column.name]), ends)
            refuse_unseen(column.name, asked[column.name], known_N, in_words(ends, column))
    for column, levels in zip(transform.discrete, transform.levels, strict=True):
        if column.name in names and not has_rest(levels):
            texts = as_text(rows[column.name])
            refuse_unseen(column.name, asked[column.name], (texts.isna() | texts.isin(levels)).to_numpy())
    return rows


def encode_given(transform: TableTransform, rows: pd.DataFrame) -> TableBatch:
    """Return rows in which the conditions are observed and nothing else."""
    return transform.encode(rows.reindex(columns=[column.name for column in transform.columns]))


def _masked(rows: TableBatch, kept_X: torch.Tensor) -> TableBatch:
    num_numeric = rows.values_ND.shape[1]
    codes_NC = rows.codes_NC * kept_X[num_numeric:].long()
    return TableBatch(rows.values_ND * kept_X[:num_numeric], codes_NC, rows.observed_NX * kept_X)
