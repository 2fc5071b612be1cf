"""What a person should know about an inferred table beside the guesses: one line each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.inference.inference import Guess, Inference
from vaegis.inference.keys import named_share
from vaegis.inference.labels import marks
from vaegis.inference.profile import Profile
from vaegis.inference.ranges import guess_bounds

WIDE: Final = 200
"""Columns from which on a table is called wide."""
FEW_ROWS: Final = 2_000
CODES: Final = (-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 99.0, 999.0, 9999.0, 99999.0)
"""Numbers that often stand for a missing value."""


def tell(frame: pd.DataFrame, columns: Mapping[str, Profile], found: Inference) -> tuple[str, ...]:
    """Return the notes, the weightiest first."""
    told = [*_about_rows(frame, found), *_about_label(frame, columns, found), *_about_columns(columns, found.guesses)]
    return tuple(told)


def _about_rows(frame: pd.DataFrame, found: Inference) -> Iterator[str]:
    if len(frame) < FEW_ROWS:
        yield f"{len(frame):,} rows are few: figures will be unsure"
    if found.keys:
        named = [*found.keys, *([found.time] if found.time else [])]
        surplus = round(len(frame) * (1.0 - named_share(frame, named)))
        if surplus:
            yield f"{surplus:,} rows repeat {' and '.join(named)}: such rows go to quarantine"
    said = {
        "time": "no column says when a row happened: {} is the same in every row, and rows are split at random",
        "row": "no column names a row: {} is its number in the file",
        "series": "all rows are one series: {} is the same in every row",
    }
    yield from (said[what].format(name) for what, name in found.added.items())


def _about_label(frame: pd.DataFrame, columns: Mapping[str, Profile], found: Inference) -> Iterator[str]:
    label, positive = found.label, found.positive
    if not label:
        return
    share = float(np.nanmean(marks(frame[label], positive)))
    yield f"label: {label} is {positive or 1} in {share:.2%} of the rows"
    if share > 0.5:
        yield f"label {label}: anomalies are more than half of the rows; does another value mark them?"
    if columns[label].distinct > 2:
        yield f"label {label}: {columns[label].distinct} classes; all others than {positive} count as normal"


def _about_columns(columns: Mapping[str, Profile], guesses: Sequence[Guess]) -> Iterator[str]:
    if len(guesses) > WIDE:
        yield f"{len(guesses)} columns are many: training takes longer, and a few odd columns hardly move the score"
    constant = [guess.column.name for guess in guesses if guess.reason.startswith("constant")]
    empty = [guess.column.name for guess in guesses if columns[guess.column.name].form == "empty"]
    for names, what in ((constant, "never change"), (empty, "hold no value")):
        if names:
            yield f"{len(names)} columns {what} and are not modelled: {_listed(names)}"
    for guess in guesses:
        column = columns[guess.column.name]
        if guess.column.role == "feature":
            yield from _about_values(column, guess)


def _about_values(column: Profile, guess: Guess) -> Iterator[str]:
    if column.missing > 0.5:
        yield f"{column.name}: {column.missing:.0%} of the cells are empty"
    if column.form != "number" or guess.column.kind not in ("numeric", "count"):
        return
    bounds = guess_bounds(column, guess.column.kind)
    if bounds.strays:
        yield (
            f"{column.name}: {bounds.strays} values far from all others ({column.low:g} to {column.high:g} in all)"
            f" lie outside the range {bounds.low:g} to {bounds.high:g}"
        )
    for code in CODES:
        if code in (column.low, column.high) and _stands_alone(column, code):
            share = float((column.sample == code).mean())
            yield f"{column.name}: {code:g} in {share:.1%} of the rows looks like a code for a missing value"


def _stands_alone(column: Profile, code: float) -> bool:
    """Whether a code is frequent and lies off the other values by more than their span."""
    others = column.sample[column.sample != code]
    if not len(others) or (column.sample == code).mean() < 0.001:
        return False
    span = float(others.max() - others.min())
    gap = float(others.min()) - code if code < others.min() else code - float(others.max())
    return gap > span or (code < 0.0 <= float(others.min()) and code <= -9.0)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
