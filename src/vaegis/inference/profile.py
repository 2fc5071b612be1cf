"""What is counted of one column before anything is guessed about it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

SAMPLE_ROWS: Final = 20_000
"""Rows that costly looks (levels, words, shape) see, evenly spaced; missing cells and bounds see all rows."""
_ISO: Final = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$"
_NUMBERS: Final = ("integer", "floating", "mixed-integer-float", "decimal")
_TEXTS: Final = ("string", "categorical")
_DATES: Final = ("date", "datetime")
"""Words of pandas for what objects are."""
EXACT_ABOVE: Final = 1_000
"""Levels in the sample from which on they are counted over all rows."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A column's counts."""

    name: str
    form: str
    """`number`, `flag`, `text`, `time`, `empty`; or `other`, whose `values` are the names of the values' types."""
    rows: int
    missing: float
    """Share of cells without a value, over all rows."""
    values: pd.Series
    """The values that are there, of all rows."""
    sample: pd.Series
    """The values that are there, of the sampled rows."""

    @cached_property
    def levels(self) -> pd.Series:
        """Occurrences by value in the sample, the most frequent first; equals by value."""
        found = self.sample.value_counts()
        return found.sort_index().sort_values(ascending=False, kind="stable")

    @cached_property
    def distinct(self) -> int:
        """How many different values there are: of the sample, or of all rows where the sample shows many."""
        if self.form == "number" and not self.whole:
            return len(np.unique(self.sample.to_numpy()))  # amounts: only whether there are few matters
        in_sample = int(self.sample.nunique())
        return int(self.values.nunique()) if in_sample > EXACT_ABOVE and len(self.values) > SAMPLE_ROWS else in_sample

    @property
    def present(self) -> int:
        """How many cells hold a value."""
        return len(self.values)

    @property
    def repeats(self) -> float:
        """How often a value occurs on average."""
        return self.present / max(self.distinct, 1)

    @cached_property
    def whole(self) -> bool:
        """Whether all values are whole numbers."""
        if self.form != "number":
            return False
        numbers = self.values.to_numpy()
        return bool(np.issubdtype(numbers.dtype, np.integer) or (numbers == np.floor(numbers)).all())

    @cached_property
    def low(self) -> float:
        """Smallest number."""
        return float(self.values.min())

    @cached_property
    def high(self) -> float:
        """Largest number."""
        return float(self.values.max())

    @cached_property
    def words(self) -> float:
        """Words in a text on average."""
        return float(self.sample.head(5_000).str.count(r"\S+").mean())


def profile(values: pd.Series, chosen: np.ndarray) -> Profile:
    """Count one column; `chosen` are the positions of the sampled rows."""
    form, present = _form(values.dropna())
    sampled = values.iloc[chosen].dropna()
    return Profile(
        name=str(values.name),
        form=form,
        rows=len(values),
        missing=1.0 - len(present) / max(len(values), 1),
        values=present,
        sample=present if len(chosen) == len(values) else _form(sampled)[1],
    )


def sampled_rows(rows: int, most: int = SAMPLE_ROWS) -> np.ndarray:
    """Return the positions of at most `most` rows, evenly spaced."""
    return np.arange(rows) if rows <= most else np.linspace(0, rows - 1, most).round().astype(np.int64)


def _form(values: pd.Series) -> tuple[str, pd.Series]:
    kinds: Any = pd.api.types
    if not len(values):
        return "empty", values
    if kinds.is_bool_dtype(values.dtype) or (values.dtype == object and set(values.map(type)) == {bool}):
        return "flag", values.astype(bool)
    found = kinds.infer_dtype(values, skipna=True)
    if found in _NUMBERS or (kinds.is_numeric_dtype(values.dtype) and found != "complex"):
        return _numbers(values)
    if kinds.is_datetime64_any_dtype(values.dtype):
        return "time", values
    if found not in (*_TEXTS, *_DATES):
        types = values.map(type)
        if set(types) != {str}:
            return "other", types.map(lambda kind: kind.__name__)
    texts = values.astype(str)
    stamps = _stamps(texts)
    return ("text", texts) if stamps is None else ("time", stamps)


def _numbers(values: pd.Series) -> tuple[str, pd.Series]:
    if not pd.api.types.is_integer_dtype(values.dtype):
        values = values.astype(float)
        values = values[np.isfinite(values)]
        return ("number", values) if len(values) else ("empty", values)
    return "number", values.astype("uint64" if values.max() > np.iinfo(np.int64).max else "int64")


def _stamps(texts: pd.Series) -> pd.Series | None:
    """Read texts that all are dates as ISO 8601 writes them."""
    if not texts.head(50).str.match(_ISO).all():
        return None
    stamps = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")
    return None if stamps.isna().any() else stamps
