"""The contract of a frame that is handed over in memory: every column that can be modelled is a feature.

`infer` reads a file in which numbers may be codes and a column may be the key; who hands over a frame has chosen its
columns and their dtypes, so numbers are amounts, and levels are text, categories or truth values.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from vaegis.contract import ColumnSpec, TableSchema
from vaegis.contract.conform import require_unique
from vaegis.errors import DataError
from vaegis.inference.inference import ADDED, Guess, Inference, free_name
from vaegis.inference.kind_guess import KindGuess
from vaegis.inference.kinds import guess_kind
from vaegis.inference.profile import Profile, profile, sampled_rows
from vaegis.inference.ranges import guess_bounds
from vaegis.inference.units import unit_of

SURE: Final = 0.8
"""Confidence from which on numbers are taken for names of rows."""
_UNMODELLED: Final = ("identifier", "text", "time")


def contract_of(frame: pd.DataFrame, name: str = "table") -> tuple[TableSchema, tuple[Guess, ...]]:
    """Return the contract of a frame's columns, and the guesses on those that are not modelled.

    Raises:
        DataError: there are no columns, a name appears twice, or no column can be modelled.
    """
    require_unique(frame.columns, where="the table")
    chosen = sampled_rows(len(frame))
    guesses = tuple(_guess(frame[column], profile(frame[column], chosen)) for column in frame.columns)
    left = tuple(guess for guess in guesses if guess.column.role != "feature")
    if len(left) == len(guesses):
        why = "; ".join(f"{guess.column.name}: {guess.reason}" for guess in left[:3]) or "it has none"
        raise DataError(f"no column can be modelled ({why})", allowed="numbers or levels", where="the table")
    return _schema(guesses, name), left


def _guess(values: pd.Series, column: Profile) -> Guess:
    kind = _kind(column)
    bounds = guess_bounds(column, kind.kind) if column.form == "number" and column.distinct > 1 else None
    spec = ColumnSpec(
        name=column.name,
        dtype=_dtype(values.dtype, column),
        kind=kind.kind,
        role="feature" if kind.is_feature else "context",
        unit=unit_of(column.name) if kind.kind in ("numeric", "count", "angle") else "",
        minimum=bounds.low if bounds else None,
        maximum=bounds.high if bounds else None,
    )
    return Guess(column=spec, confidence=kind.confidence, reason=kind.reason)


def _kind(column: Profile) -> KindGuess:
    """Return what a column holds; where it is empty or constant its dtype tells."""
    found = guess_kind(column)
    if column.form == "number":
        unsure = found.kind == "identifier" and found.confidence < SURE
        if found.kind == "category" or unsure or column.distinct <= 1:
            found = replace(found, kind="numeric")
    elif column.form == "empty":
        found = replace(found, kind="numeric")
    return replace(found, is_feature=found.kind not in _UNMODELLED)


def _dtype(dtype: Any, column: Profile) -> str:
    if column.form == "number":
        is_held = pd.api.types.is_integer_dtype(dtype) and column.high < np.iinfo(np.int64).max
        return "int64" if is_held else "float64"
    return {"flag": "bool", "time": "timestamp", "empty": "float64"}.get(column.form, "string")


def _schema(guesses: tuple[Guess, ...], name: str) -> TableSchema:
    names = [guess.column.name for guess in guesses]
    added = {what: free_name(ADDED[what], names) for what in ("time", "row")}
    found = Inference(
        name=name,
        guesses=guesses,
        time="",
        keys=(),
        label="",
        positive="",
        cadence_seconds=None,
        doubts=(),
        added=added,
    )
    return found.schema()
