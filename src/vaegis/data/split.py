"""Assign rows to roles, by blocks of time or by entity; the role of a row does not depend on which others were pulled.

Neighbouring rows of a series are nearly equal, and so are the rows of one entity: a random split would leak.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from vaegis.config.split import SplitConfig
from vaegis.contract import TableSchema
from vaegis.data.seconds import in_utc
from vaegis.errors import DataError

ROLES: Final = ("train", "validation", "calibration", "test")
MIN_ROWS: Final = {"train": 50, "validation": 10, "calibration": 10, "test": 10}
"""Rows of a role below which nothing can be said; a threshold for 1 % needs 99 calibration rows."""
GAP: Final = "gap"
DEALT: Final = (*ROLES, GAP)
_NUMBER: Final = {role: number for number, role in enumerate(DEALT)}
_FIRST_MONDAY: Final = pd.Timestamp("1970-01-05", tz="UTC")


def assign_roles(frame: pd.DataFrame, schema: TableSchema, config: SplitConfig) -> pd.Series:
    """Return a role for each row that has keys and time: train, validation, calibration, test, or gap (left out).

    By time, blocks are counted from a fixed Monday and gaps from their edges. By entity, a hash of the keys decides.
    Every row of a held-out period is for test, whatever else it was; the rows around it are cut.
    """
    roles_N = np.asarray(DEALT, dtype=object)[number_roles(frame, schema, config)]
    return pd.Series(roles_N, index=frame.index, name="role")


def number_roles(frame: pd.DataFrame, schema: TableSchema, config: SplitConfig) -> np.ndarray:
    """Return the same as places in `DEALT`, int8 (N,)."""
    times = in_utc(frame[schema.time])
    if config.by == "entity":
        role_N = _each(entity_names(frame, schema.keys), lambda names: _entity_roles(names, config))
    else:
        role_N = _each(times, lambda unique: _time_roles(unique, config))
    return _hold_out(role_N, times, config)


def require_roles(counts: Mapping[str, int], needed: Sequence[str] = ROLES) -> None:
    """Raise `DataError` if a needed role has too few rows to mean anything."""
    for role in needed:
        if counts.get(role, 0) < MIN_ROWS[role]:
            seen = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            what = f"too few rows: the split leaves {counts.get(role, 'no')} {role} rows ({seen})"
            raise DataError(what, allowed=f"at least {MIN_ROWS[role]}", where="params.yaml: split, or pull more rows")


def normal_rows(frame: pd.DataFrame, labels: Sequence[str]) -> pd.Series:
    """Return True for rows that no label marks; a missing label marks nothing."""
    marked = pd.Series(data=False, index=frame.index)
    for label in labels:
        marked |= frame[label].astype("float64").fillna(0.0) != 0.0
    return ~marked


def entity_names(frame: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """Name each row's entity: its keys joined by `|`."""
    parts = [frame[key].astype("string") for key in keys]
    return parts[0].str.cat(parts[1:], sep="|") if len(parts) > 1 else parts[0]


def _each(values: pd.Series, roles_of: Callable[[pd.Series], np.ndarray]) -> np.ndarray:
    """Ask for the role of each distinct value once."""
    codes_N, unique = pd.factorize(values)
    return np.asarray(roles_of(pd.Series(unique))[codes_N])


def _time_roles(times: pd.Series, config: SplitConfig) -> np.ndarray:
    roles = _block_roles(times, config)
    near = np.zeros(len(times), dtype=bool)
    for back in _looks_back(config):
        near |= _block_roles(times - back, config) != roles
    roles[near] = _NUMBER[GAP]
    return roles


def _block_roles(times: pd.Series, config: SplitConfig) -> np.ndarray:
    """Return the role of each time's block, gaps not yet cut."""
    block = (times - _FIRST_MONDAY) // pd.Timedelta(days=config.block_days)
    roles: np.ndarray = _pattern(config)[block.to_numpy() % len(config.pattern)]
    if config.test_from:
        roles[(times >= _moment(config.test_from, "split.test_from")).to_numpy()] = _NUMBER["test"]
    return roles


def _pattern(config: SplitConfig) -> np.ndarray:
    return np.array([_NUMBER[role] for role in config.pattern], dtype=np.int8)


def _looks_back(config: SplitConfig) -> list[pd.Timedelta]:
    """Return how far before a row another role makes it a gap: the whole gap, and every block inside it."""
    length = config.block_days * 24.0
    blocks = [count * length for count in range(1, int(config.gap_hours / length) + 1)]
    return [pd.Timedelta(hours=hours) for hours in (*blocks, config.gap_hours)]


def _entity_roles(names: pd.Series, config: SplitConfig) -> np.ndarray:
    """Cut [0, 1) into the test share and, of the rest, one equal part for each word of the pattern."""
    place = np.array([_place(name) for name in names.tolist()])
    part = np.floor((place - config.test_share) / (1.0 - config.test_share) * len(config.pattern)).astype(int)
    roles: np.ndarray = _pattern(config)[np.clip(part, 0, len(config.pattern) - 1)]
    roles[place < config.test_share] = _NUMBER["test"]
    return roles


def _place(name: str) -> float:
    """Return a number in [0, 1) that only the name decides, on every machine and for ever."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]) / 2.0**48


def _hold_out(role_N: np.ndarray, times: pd.Series, config: SplitConfig) -> np.ndarray:
    """Give held-out periods to the test whole, and cut what stands nearer to them than the gap."""
    gap = pd.Timedelta(hours=config.gap_hours)
    periods = [_period(*words) for words in config.hold_out]
    for start, stop in periods:
        near_N = ((times > start - gap) & (times < stop + gap)).to_numpy()
        role_N[near_N & (role_N != _NUMBER["test"])] = _NUMBER[GAP]
    for start, stop in periods:
        role_N[((times >= start) & (times < stop)).to_numpy()] = _NUMBER["test"]
    return role_N


def _period(start: str, stop: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    first, last = (_moment(word, "split.hold_out") for word in (start, stop))
    if first >= last:
        what = f"split.hold_out holds a period from {start} to {stop}"
        raise DataError(what, allowed="from before to", where="params.yaml: split.hold_out")
    return first, last


def _moment(word: str, key: str) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(word)
    except ValueError:
        allowed = "a date such as 2015-01-01, or a time such as 2015-01-01T06:00"
        raise DataError(f"{key} is {word!r}", allowed=allowed, where=f"params.yaml: {key}") from None
    return moment.tz_localize("UTC") if moment.tz is None else moment.tz_convert("UTC")
