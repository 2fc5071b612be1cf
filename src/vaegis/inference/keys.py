"""Guess which columns name a row, together with its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vaegis.inference import names
from vaegis.inference.event_time import cadence
from vaegis.inference.kind_guess import KindGuess
from vaegis.inference.profile import Profile

ENOUGH: Final = 0.99
"""Keys and time must name this share of the rows; the rest goes to quarantine as duplicates."""
MOST_KEYS: Final = 3
MOST_CANDIDATES: Final = 20


@dataclass(frozen=True, slots=True)
class KeyGuess:
    """Keys, best first; empty options mean that no column names a row."""

    options: tuple[tuple[str, ...], ...]
    cadence_seconds: float | None
    is_series: bool = False
    """Without keys: whether the time alone names the rows."""


def guess_keys(frame: pd.DataFrame, columns: Sequence[Profile], kinds: Mapping[str, KindGuess], time: str) -> KeyGuess:
    """Return what may name the rows of a table with (or without) an event time.

    In this order: an entity with regular steps, a column that differs in every row, an entity with irregular steps,
    few entities together.
    """
    able = [column for column in columns if _can_be_key(column, kinds[column.name])]
    unique = [column.name for column in able if column.distinct == column.rows]
    unique.sort(key=lambda name: not names.identifies(name))
    if not time:
        named = [name for name in unique if kinds[name].kind == "identifier"]
        return KeyGuess(tuple((name,) for name in named), None)
    stamps, times = _codes(frame[time]), frame[time]
    codes = {column.name: _codes(frame[column.name]) for column in _entities(able)}
    is_series = _named_share(stamps) >= ENOUGH
    if is_series and (whole := cadence(times, np.zeros(len(frame), dtype=np.int64))) is not None:
        held = [column.name for column in able if column.distinct == 1 and names.identifies(column.name)]
        return KeyGuess(tuple((name,) for name in held[:1]), whole, is_series=True)
    if is_series:  # whatever stands beside a time that names the rows alone is chance, unless its name says otherwise
        codes = {name: code for name, code in codes.items() if names.identifies(name)}
    alone = [name for name, code in codes.items() if _named_share(code, stamps) >= ENOUGH]
    steps = {name: cadence(times, codes[name]) for name in alone}
    regular = [name for name in alone if steps[name] is not None]
    if regular or unique:
        options = tuple((name,) for name in [*regular, *unique])
        return KeyGuess(options, steps.get(options[0][0]), is_series=is_series)
    if is_series or alone:
        return KeyGuess(tuple((name,) for name in alone if not is_series), None, is_series=is_series)
    together = _together(codes, stamps)
    return KeyGuess((together,), cadence(times, entity_codes(frame, together))) if together else KeyGuess((), None)


def entity_codes(frame: pd.DataFrame, keys: Sequence[str]) -> np.ndarray:
    """Number the entity of each row."""
    codes = np.zeros(len(frame), dtype=np.int64)
    for key in keys:
        codes = _joined(codes, _codes(frame[key]))
    return codes


def named_share(frame: pd.DataFrame, columns: Sequence[str]) -> float:
    """Return the share of rows that `columns` name alone."""
    return _named_share(entity_codes(frame, columns))


def _can_be_key(column: Profile, kind: KindGuess) -> bool:
    is_nameable = column.form == "text" or column.whole
    named = bool(names.identifies(column.name) or names.encodes(column.name))
    names_things = kind.kind in ("identifier", "category") or (kind.kind == "binary" and column.form == "text")
    return column.missing == 0.0 and is_nameable and (names_things or named)


def _entities(able: Sequence[Profile]) -> list[Profile]:
    """Return what may be an entity: it comes again; those whose name says so first."""
    again = [column for column in able if column.distinct < column.rows]
    again = [column for column in again if column.distinct > 1 or names.identifies(column.name)]
    return sorted(again, key=lambda column: (not names.identifies(column.name), column.form != "text"))[
        :MOST_CANDIDATES
    ]


def _together(codes: Mapping[str, np.ndarray], stamps: np.ndarray) -> tuple[str, ...]:
    """Add the entity that tells most rows apart until the rows have names; none if `MOST_KEYS` do not suffice."""
    chosen: list[str] = []
    joined = stamps
    while len(chosen) < MOST_KEYS:
        shares = {name: _named_share(joined, code) for name, code in codes.items() if name not in chosen}
        if not shares:
            return ()
        best = max(shares, key=lambda name: shares[name])
        chosen.append(best)
        joined = _joined(joined, codes[best])
        if shares[best] >= ENOUGH:
            return tuple(name for name in codes if name in chosen)
    return ()


def _codes(values: pd.Series) -> np.ndarray:
    return np.asarray(pd.factorize(values)[0], dtype=np.int64)


def _joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    width = int(second.max(initial=0)) + 2
    return np.asarray(pd.factorize(first * width + second + 1)[0], dtype=np.int64)


def _named_share(first: np.ndarray, second: np.ndarray | None = None) -> float:
    codes = first if second is None else _joined(first, second)
    return (int(codes.max(initial=-1)) + 1) / max(len(codes), 1)
