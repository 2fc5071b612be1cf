"""The levels of a discrete column by name; rare names share a code, and come back by frequency. R rows, L levels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from vaegis.data.number_code import MIN_ROWS

MAX_LEVELS: Final = 250
"""Names that are levels of their own, the most frequent."""


@dataclass(frozen=True, slots=True)
class LevelCode:
    """Names to codes from 1 and back; 0 is missing, or never seen where no names are folded."""

    missing: bool
    """Whether training saw missing values."""
    levels: tuple[str, ...]
    """Names that are levels of their own, sorted."""
    rare: tuple[str, ...]
    """Names that share the last code, sorted."""
    rare_count: tuple[int, ...]
    """Their training rows."""
    mass: tuple[float, ...]
    """Share of the training rows by code."""

    @classmethod
    def fit(cls, counts: Counter[str], num_missing: int) -> Self:
        """Keep names with at least `MIN_ROWS` rows, `MAX_LEVELS` at most; a single one below that stays as it is."""
        by_frequency = sorted(counts, key=lambda name: (-counts[name], name))
        frequent = [name for name in by_frequency[:MAX_LEVELS] if counts[name] >= MIN_ROWS]
        kept = set(frequent) if len(by_frequency) - len(frequent) > 1 else set(by_frequency)
        levels, rare = sorted(kept), sorted(set(counts) - kept)
        rows = [num_missing, *(counts[name] for name in levels)]
        rows += [sum(counts[name] for name in rare)] if rare else []
        total = max(1, sum(rows))
        return cls(
            missing=num_missing > 0,
            levels=tuple(levels),
            rare=tuple(rare),
            rare_count=tuple(counts[name] for name in rare),
            mass=tuple(count / total for count in rows),
        )

    @property
    def num_levels(self) -> int:
        """Number of codes, 0 included."""
        return 1 + len(self.levels) + bool(self.rare)

    @property
    def mass_L(self) -> np.ndarray:
        """Share of the training rows, missing first."""
        return np.asarray(self.mass)

    def encode(self, texts: pd.Series) -> np.ndarray:
        """Return codes of names; a name that training never saw is rare where others are, else 0."""
        codes_R = np.asarray(pd.Index(self.levels, dtype=object).get_indexer(texts.to_numpy())) + 1
        if self.rare:
            codes_R[(codes_R == 0) & texts.notna().to_numpy()] = self.num_levels - 1
        return codes_R.astype(np.int16)

    def knows(self, texts: pd.Series) -> np.ndarray:
        """Return which names training saw, rare ones too, or are missing as some were there."""
        named = texts.isin({*self.levels, *self.rare})
        return np.asarray(named | texts.isna() if self.missing else named)

    def decode(self, codes_R: np.ndarray, uniform_R: np.ndarray, *, as_number: bool = False) -> np.ndarray:
        """Return names (None where missing) or the numbers they are (NaN); a rare one is drawn by `uniform_R`."""
        drawn_R = _array((None, *self.levels, None), as_number=as_number)[codes_R]
        if self.rare:
            mass = np.cumsum(self.rare_count) / sum(self.rare_count)
            is_rare_R = codes_R == self.num_levels - 1
            index = np.searchsorted(mass, uniform_R[is_rare_R], side="right")
            drawn_R[is_rare_R] = _array(self.rare, as_number=as_number)[index]
        return np.asarray(drawn_R)

    def to_json(self) -> dict[str, Any]:
        """Return the fitted state as plain JSON."""
        return {key: list(item) if isinstance(item, tuple) else item for key, item in asdict(self).items()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        return cls(
            missing=record["missing"],
            levels=tuple(record["levels"]),
            rare=tuple(record["rare"]),
            rare_count=tuple(record["rare_count"]),
            mass=tuple(record["mass"]),
        )


def _array(names: Sequence[str | None], *, as_number: bool) -> np.ndarray:
    if not as_number:
        return np.asarray(names, dtype=object)
    return np.asarray([np.nan if name is None else float(name) for name in names])
