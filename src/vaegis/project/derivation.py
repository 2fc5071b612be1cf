"""What a new project derives from its raw columns: times as sine and cosine, dates as days, a label as 0 or 1.

The columns of the contract and the text of `derive.py` are made side by side, so that they agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vaegis.contract import ColumnSpec
from vaegis.project.layout import listing, quoted

_HEAD: Final = '''\
"""What is computed from a row instead of measured: for Feast on demand, and wherever raw columns have been changed.

A column that you add here needs a line in `DERIVED` of features.py, with its type and tags.
"""

{imports}

def derive(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the derived columns of rows that hold the raw ones."""
    out = pd.DataFrame(index=frame.index)
'''
NOTHING: Final = '''\
"""Nothing is derived in this project yet.

To derive columns, define `derive(frame)` here (rows in, derived columns out, on the same index), and declare them in an
on-demand view of the feature definitions with the tag `derived_by: derive.py:derive`.
"""
'''


@dataclass(frozen=True, slots=True)
class Derivation:
    """Some derived columns and the lines of `derive` that make them."""

    columns: tuple[ColumnSpec, ...]
    lines: tuple[str, ...]
    needs_time: bool = False


def clock(taken: Sequence[str]) -> Derivation | None:
    """Derive the time of day."""
    columns = _waves(["hour"], "the time of day, UTC", 0.0)
    lines = (
        "    hour = time.dt.hour + time.dt.minute / 60",
        '    out["hour_sin"] = np.sin(2 * np.pi * hour / 24)',
        '    out["hour_cos"] = np.cos(2 * np.pi * hour / 24)',
    )
    return _unless_taken(Derivation(columns, lines, needs_time=True), taken)


def season(taken: Sequence[str]) -> Derivation | None:
    """Derive the time of year."""
    columns = _waves(["season"], "the time of year", 0.0)
    lines = (
        "    year = time.dt.dayofyear / 365.25",
        '    out["season_sin"] = np.sin(2 * np.pi * year)',
        '    out["season_cos"] = np.cos(2 * np.pi * year)',
    )
    return _unless_taken(Derivation(columns, lines, needs_time=True), taken)


def angles(degrees: Sequence[ColumnSpec], taken: Sequence[str]) -> Derivation | None:
    """Derive sine and cosine of angles in degrees, so that 359 and 1 are neighbours."""
    degrees = [column for column in degrees if not {f"{column.name}_sin", f"{column.name}_cos"} & set(taken)]
    if not degrees:
        return None
    waves = [wave for column in degrees for wave in _waves([column.name], column.name, column.max_missing)]
    lines = (
        listing("    for name in ", [quoted(column.name) for column in degrees], 1, ":"),
        "        angle = np.deg2rad(frame[name])",
        '        out[f"{name}_sin"] = np.sin(angle)',
        '        out[f"{name}_cos"] = np.cos(angle)',
    )
    return Derivation(tuple(waves), lines)


def ages(dates: Sequence[ColumnSpec], taken: Sequence[str]) -> Derivation | None:
    """Derive the days from further dates to the event time; negative for dates after it."""
    dates = [date for date in dates if f"{date.name}_days" not in taken]
    if not dates:
        return None
    columns = tuple(
        _number(f"{date.name}_days", f"days from {date.name} to the event time", "d", date.max_missing)
        for date in dates
    )
    lines = (
        listing("    for name in ", [quoted(date.name) for date in dates], 1, ":"),
        "        date = pd.to_datetime(frame[name], utc=True)",
        '        out[f"{name}_days"] = (time - date).dt.total_seconds() / 86_400',
    )
    return Derivation(columns, lines, needs_time=True)


def seasons(dates: Sequence[ColumnSpec], taken: Sequence[str]) -> Derivation | None:
    """Derive the time of year of further dates."""
    dates = [date for date in dates if not {f"{date.name}_season_sin", f"{date.name}_season_cos"} & set(taken)]
    if not dates:
        return None
    waves = [wave for date in dates for wave in _waves([f"{date.name}_season"], "the time of year", date.max_missing)]
    lines = (
        listing("    for name in ", [quoted(date.name) for date in dates], 1, ":"),
        "        year = pd.to_datetime(frame[name], utc=True).dt.dayofyear / 365.25",
        '        out[f"{name}_season_sin"] = np.sin(2 * np.pi * year)',
        '        out[f"{name}_season_cos"] = np.cos(2 * np.pi * year)',
    )
    return Derivation(tuple(waves), lines)


def label(raw: ColumnSpec, positive: str) -> Derivation:
    """Derive 1 for rows whose `raw` column is `positive`, null where it is unknown."""
    name = f"{raw.name}_is_{positive}"
    value = quoted(positive) if raw.dtype == "string" else positive
    column = ColumnSpec(
        name=name,
        dtype="float64",
        kind="binary",
        role="label",
        minimum=0.0,
        maximum=1.0,
        description=f"{raw.name} is {positive}",
    )
    lines = (
        f"    raw = frame[{quoted(raw.name)}]",
        f'    marked = (raw == {value}).astype("float64").where(raw.notna())',
        f"    out[{quoted(name)}] = marked",
    )
    return Derivation((column,), lines)


def derive_py(parts: Sequence[Derivation], time: str) -> str:
    """Return the text of `derive.py`."""
    if not parts:
        return NOTHING
    body = [f"    time = pd.to_datetime(frame[{quoted(time)}], utc=True)"] * any(part.needs_time for part in parts)
    body += [line for part in parts for line in part.lines]
    imports = "import numpy as np\n" * any("np." in line for line in body) + "import pandas as pd\n"
    return _HEAD.format(imports=imports) + "\n".join([*body, "    return out"]) + "\n"


def _unless_taken(part: Derivation, taken: Sequence[str]) -> Derivation | None:
    return None if {column.name for column in part.columns} & set(taken) else part


def _waves(names: Sequence[str], what: str, max_missing: float) -> tuple[ColumnSpec, ...]:
    return tuple(
        _number(f"{name}_{short}", f"{long} of {what}", "", max_missing, 1.0)
        for name in names
        for short, long in (("sin", "sine"), ("cos", "cosine"))
    )


def _number(name: str, description: str, unit: str, max_missing: float, bound: float | None = None) -> ColumnSpec:
    return ColumnSpec(
        name=name,
        dtype="float64",
        kind="numeric",
        role="feature",
        unit=unit,
        minimum=None if bound is None else -bound,
        maximum=bound,
        max_missing=max_missing,
        description=description,
    )
