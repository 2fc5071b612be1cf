"""The levels of a column of numbers: frequent values by themselves, the others in bins of about equal mass.

A level is a code from 1; 0 is missing. Spikes come first, by value, then bins, by value. R rows, L levels.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np

MIN_ROWS: Final = 8
"""Rows of a value from which it is a level of its own: fewer teach nothing that its neighbours do not."""
MAX_SPIKES: Final = 150
MAX_BINS: Final = 100
ENDS: Final = (0.1, 0.25, 0.5)
"""Where the outermost bins are cut again, in shares of a bin: the tails are what a reader sees."""
MAX_SUPPORT: Final = 2_000
"""Distinct values in bins up to which they are kept as they are; more are described by quantiles."""
KNOTS: Final = 9
"""Quantiles of a bin between which values are interpolated."""
DECIMALS: Final = range(-9, 7)


@dataclass(frozen=True, slots=True)
class NumberCode:
    """Numbers to codes and back, up to the bin."""

    missing: bool
    """Whether training saw missing values."""
    spikes: np.ndarray
    """Values that are levels, rising."""
    starts: np.ndarray
    """Smallest value of each bin, rising."""
    keys: np.ndarray
    """For each value of `values`: the code it belongs to plus the share of that level's mass up to it."""
    values: np.ndarray
    """What the levels decode to."""
    smooth: bool
    """Whether bins decode by interpolated quantiles rather than by the frequency of their values."""
    decimals: int | None
    """Decimal places of all values, negative left of the point; None where there is no such grid."""
    position_L: np.ndarray
    """Middle of each level on the scale of ranks, 0 to 1."""
    mass_L: np.ndarray
    """Share of the training rows, missing first."""

    @classmethod
    def fit(cls, values_R: Iterable[np.ndarray]) -> Self:
        """Choose levels from chunks of values (NaN where missing), of which only distinct values are kept."""
        value, count, num_missing = _tally(values_R)
        spike = _spikes(count)
        rest, rest_count = value[~spike], count[~spike]
        start = _bin_starts(rest_count)
        bins = np.split(np.arange(len(rest)), start[1:]) if len(rest) else []
        smooth = len(rest) > MAX_SUPPORT
        support = _spike_support(value[spike], smooth=smooth)
        support += [_bin_support(rest[index], rest_count[index], smooth=smooth) for index in bins]
        middle, total = np.cumsum(count) - 0.5 * count, max(1, int(count.sum()))
        position = [*middle[spike], *(np.average(middle[~spike][i], weights=rest_count[i]) for i in bins)]
        mass = [num_missing, *count[spike], *(rest_count[index].sum() for index in bins)]
        return cls(
            missing=num_missing > 0,
            spikes=value[spike],
            starts=rest[start],
            keys=np.concatenate([np.zeros(0), *(code + key for code, (_, key) in enumerate(support, start=1))]),
            values=np.concatenate([np.zeros(0), *(held for held, _ in support)]),
            smooth=smooth,
            decimals=_decimals(value),
            position_L=np.asarray([0.0, *position]) / total,
            mass_L=np.asarray(mass) / max(1, total + num_missing),
        )

    @property
    def num_levels(self) -> int:
        """Number of codes, 0 included."""
        return 1 + len(self.spikes) + len(self.starts)

    def encode(self, values_R: np.ndarray) -> np.ndarray:
        """Return codes; a value without a level of its own gets the bin around it, or else the nearest spike."""
        spiked_R, codes_R = _nearest(self.spikes, values_R)
        if len(self.starts):
            bin_R = np.maximum(np.searchsorted(self.starts, values_R, side="right"), 1)
            codes_R = np.where(spiked_R, codes_R, len(self.spikes) + bin_R)
        return np.asarray(np.where(np.isnan(values_R), 0, codes_R), dtype=np.int16)

    def knows(self, values_R: np.ndarray) -> np.ndarray:
        """Return which values lie between those of training, ends included, or are missing as some were there."""
        low, high = (self.values.min(), self.values.max()) if len(self.values) else (np.inf, -np.inf)
        return np.asarray(((low <= values_R) & (values_R <= high)) | (np.isnan(values_R) & self.missing))

    def decode(self, codes_R: np.ndarray, uniform_R: np.ndarray) -> np.ndarray:
        """Return a value of each level: its only one, or one drawn by `uniform_R` in [0, 1)."""
        if not len(self.values):
            return np.full(len(codes_R), np.nan)
        key_R = codes_R + uniform_R
        index_R = np.searchsorted(self.keys, key_R, side="right")
        if self.smooth:
            drawn_R = self._interpolate(codes_R, key_R, index_R)
        else:
            drawn_R = self.values[np.minimum(index_R, len(self.values) - 1)]
        return np.asarray(np.where(codes_R == 0, np.nan, drawn_R))

    def _interpolate(self, codes_R: np.ndarray, key_R: np.ndarray, index_R: np.ndarray) -> np.ndarray:
        """Return quantiles on the column's grid that stay inside their bin and off the spikes."""
        low_R = self.values[np.maximum(index_R - 1, 0)]
        high_R = self.values[np.minimum(index_R, len(self.values) - 1)]
        drawn_R = np.interp(key_R, self.keys, self.values)
        if self.decimals is not None:
            drawn_R = np.round(drawn_R, self.decimals)
        drawn_R = np.clip(drawn_R, low_R, np.maximum(low_R, high_R))
        on_spike_R = (codes_R > len(self.spikes)) & np.isin(drawn_R, self.spikes)
        return np.asarray(np.where(on_spike_R, low_R, drawn_R))

    def to_json(self) -> dict[str, Any]:
        """Return the fitted state as plain JSON."""
        return {key: item.tolist() if isinstance(item, np.ndarray) else item for key, item in asdict(self).items()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        names = ("spikes", "starts", "keys", "values", "position_L", "mass_L")
        arrays = {name: np.asarray(record[name], dtype=np.float64) for name in names}
        return cls(missing=record["missing"], smooth=record["smooth"], decimals=record["decimals"], **arrays)


def _tally(values_R: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray, int]:
    """Return distinct values, their rows, and how many are missing."""
    parts, counts, num_missing = [np.zeros(0)], [np.zeros(0, dtype=np.int64)], 0
    for values in values_R:
        present = values[~np.isnan(values)] + 0.0  # no negative zero: it would be a second zero
        distinct, count = np.unique(present, return_counts=True)
        parts.append(distinct)
        counts.append(count)
        num_missing += len(values) - len(present)
    value, inverse = np.unique(np.concatenate(parts), return_inverse=True)
    count = np.bincount(inverse, weights=np.concatenate(counts), minlength=len(value))
    return value, count.astype(np.int64), num_missing


def _spikes(count: np.ndarray) -> np.ndarray:
    """Return which values are levels: the most frequent ones with enough rows."""
    order = np.argsort(-count, kind="stable")[:MAX_SPIKES]
    spike = np.zeros(len(count), dtype=bool)
    spike[order[count[order] >= MIN_ROWS]] = True
    return spike


def _bin_starts(count: np.ndarray) -> np.ndarray:
    """Return the positions at which bins of about equal mass start, the outermost cut again where rows allow it."""
    if not len(count):
        return np.zeros(0, dtype=np.int64)
    num_bins = int(np.clip(count.sum() // MIN_ROWS, 1, MAX_BINS))
    shares = np.arange(num_bins) / num_bins
    if count.sum() * ENDS[0] >= MIN_ROWS * num_bins:
        ends = np.asarray(ENDS) / num_bins
        shares = np.concatenate([shares, ends, 1.0 - ends])
    before = np.cumsum(count) - count
    return np.unique(np.minimum(np.searchsorted(before, np.sort(shares) * count.sum()), len(count) - 1))


def _spike_support(value: np.ndarray, *, smooth: bool) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (values, keys) of each spike; among interpolated bins it is an interval without length."""
    ends = np.asarray([0.0, 1.0] if smooth else [1.0])
    return [(np.full(len(ends), item), ends) for item in value]


def _bin_support(value: np.ndarray, count: np.ndarray, *, smooth: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return (values, keys) of a bin: real values at equal steps of mass, or every value with the mass up to it."""
    mass = np.cumsum(count)
    if not smooth:
        return value, mass / mass[-1]
    share = np.linspace(0.0, 1.0, KNOTS)
    return value[np.searchsorted(mass, share * mass[-1])], share


def _decimals(value: np.ndarray) -> int | None:
    """Return the coarsest power of ten that all values are multiples of, as decimal places."""
    return next((d for d in DECIMALS if np.array_equal(np.round(value, d), value)), None)


def _nearest(spikes: np.ndarray, values_R: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return whether a value is a spike, and the code of the nearest."""
    if not len(spikes):
        return np.zeros(len(values_R), dtype=bool), np.zeros(len(values_R), dtype=np.int64)
    above_R = np.clip(np.searchsorted(spikes, values_R), 0, len(spikes) - 1)
    below_R = np.maximum(above_R - 1, 0)
    nearest_R = np.where(values_R - spikes[below_R] < spikes[above_R] - values_R, below_R, above_R)
    return spikes[nearest_R] == values_R, nearest_R + 1
