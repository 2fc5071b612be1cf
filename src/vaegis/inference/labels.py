"""Which column marks anomalies, by which value, and which other columns give it away."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.errors import DataError
from vaegis.inference import names
from vaegis.inference.kind_guess import KindGuess
from vaegis.inference.profile import Profile

MOST_CLASSES: Final = 50
SUSPICIOUS: Final = names.words(
    "anomaly anomalous outlier fraud fraudulent attack fault faulty fail failed failure defect bad broken spam yes true"
    " malicious abnormal positive error -1"
)


def rank_labels(columns: Sequence[Profile], kinds: Mapping[str, KindGuess]) -> tuple[list[str], list[str]]:
    """Return columns of two values that are named after anomalies; and others that may be labels, worth a question."""
    two = [column.name for column in columns if column.distinct == 2 and _is_named(column.name, names.LABEL)]
    able = [
        column for column in columns if column.name not in two and kinds[column.name].kind in ("binary", "category")
    ]
    able = [column for column in able if column.distinct <= MOST_CLASSES]
    return two, [column.name for column in able if _is_named(column.name, names.LABEL | names.PERHAPS_LABEL)]


def positive_of(column: Profile) -> str:
    """Return the value that marks an anomaly: nothing for 0 and 1, else a word that says so, else the rarest.

    Raises:
        DataError: the column holds amounts or names, not classes.
    """
    levels = column.levels
    if (
        column.distinct > MOST_CLASSES
        or column.form in ("time", "empty")
        or (column.form == "number" and not column.whole)
    ):
        what = f"label {column.name!r} holds {column.distinct} different values"
        raise DataError(what, allowed=f"0 and 1, or at most {MOST_CLASSES} classes", where="--label")
    if column.form == "flag" or (column.form == "number" and set(levels.index) <= {0, 1}):
        return ""
    texts = [_plain(value) for value in levels.index]
    telling = [text for text in texts if text.lower() in SUSPICIOUS]
    return telling[-1] if telling else texts[-1]


def marks(values: pd.Series, positive: str) -> np.ndarray:
    """Return 1.0 for anomalies, 0.0 for others, NaN where unknown."""
    if positive:
        marked = (values.map(_plain, na_action="ignore") == positive).astype(float)
    else:
        marked = pd.to_numeric(values).astype(float)
    return np.asarray(marked.where(values.notna()), dtype=np.float64)


def _is_named(name: str, words: Collection[str]) -> bool:
    """Whether the name ends on such a word or begins with one; a letter must be all of it."""
    parts = [part for part in names.tokens(name) if not part.isdecimal()]
    ends = {parts[0], parts[-1]} if parts else set()
    return bool({part for part in ends if len(part) > 1 or len(name) == 1} & set(words))


def _plain(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
