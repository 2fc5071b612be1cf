"""Find what the texts of a column are, and turn them into values by what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vaegis.data.files.file_format import MISSING_NUMBERS
from vaegis.data.files.number_marks import PLAIN, Marks, find_marks, plain
from vaegis.data.files.times import find_formats, find_number_format, parse_times
from vaegis.errors import DataError

MOSTLY: Final = 0.95
"""Share of numbers (or times) from which on the other cells of a column are mistakes, not part of a code."""
LEVELS: Final = 500
"""Distinct texts that a format of dates is first tried on."""
_FLAGS: Final = {"true": 1, "false": 0}


@dataclass(frozen=True, slots=True)
class CellType:
    """What the texts of a column are."""

    type: str
    marks: Marks = PLAIN
    time: str = ""
    """Format of times."""
    note: str = ""


def find_type(name: str, texts: pa.ChunkedArray, missing: Sequence[str], decimal: str = "") -> CellType:
    """Look at every cell of a column.

    Raises:
        DataError: nearly all cells are numbers or times, and the others neither a code nor a spelling of missing.
    """
    known = texts.filter(pc.invert(pc.is_in(texts, pa.array([*missing, *MISSING_NUMBERS]))))
    if not len(known):
        return CellType("text")
    if found := _plain_number(name, known):
        return found
    levels = known.unique()
    if len(levels) <= len(_FLAGS) and set(pc.utf8_lower(levels).to_pylist()) <= set(_FLAGS):
        return CellType("flag")
    if marks := find_marks(known, decimal):
        return CellType("number", marks=marks, note=marks.note)
    if found := _time(levels):
        return found
    _refuse_mixed(name, texts, known, missing)
    return CellType("text")


def _plain_number(name: str, known: pa.ChunkedArray) -> CellType | None:
    whole = _cast(known, pa.int64())
    if whole is None and _cast(known, pa.float64()) is None:
        return None
    if whole is None and not _all(known, r"^[+-]?\d+$"):
        return CellType("number")
    if pc.any(pc.match_substring_regex(known, r"^[+-]?0\d")).as_py():
        return CellType("text", note="kept as text: leading zeros")
    if whole is None:
        return CellType("text", note="kept as text: too many digits for a number")
    shape = find_number_format(name, whole.to_numpy())
    return CellType("time", time=shape) if shape else CellType("whole")


def _time(levels: pa.Array) -> CellType | None:
    chosen = np.linspace(0, len(levels) - 1, min(len(levels), LEVELS)).round().astype(np.int64)
    shapes = find_formats(levels.take(pa.array(np.unique(chosen))).to_pylist())
    texts = pd.Series(levels.to_pylist(), dtype=object)
    fitting = [shape for shape in shapes if parse_times(texts, shape).notna().all()]
    if not fitting:
        return None
    rivals = [shape for shape in fitting[1:] if shape.replace("%d", "%m") == fitting[0].replace("%d", "%m")]
    note = f"days and months can be told either way; read as {fitting[0]}" if rivals else ""
    return CellType("time", time=fitting[0], note=note)


def _refuse_mixed(name: str, texts: pa.ChunkedArray, known: pa.ChunkedArray, missing: Sequence[str]) -> None:
    """Numbers with a few words among them: only a person knows whether the words mean missing."""
    numbers = pc.fill_null(pc.match_substring_regex(known, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"), False)
    share = pc.mean(numbers).as_py()
    if share < MOSTLY:
        return
    strays = known.filter(pc.invert(numbers))
    has_fractions = pc.any(pc.match_substring(known.filter(numbers), ".")).as_py()
    is_code = pc.all(pc.match_substring_regex(strays, r"\d")).as_py()
    if is_code and not has_fractions:
        return
    raise _stray(name, texts, strays, "number", f"--missing {strays[0].as_py()!r}")


def to_values(name: str, texts: pa.ChunkedArray, found: CellType, missing: Sequence[str], zone: str) -> pd.Series:
    """Turn trimmed texts into values: float64 or int64, object for text (None: missing), UTC for times.

    Raises:
        DataError: a cell is not what the column was found to be.
    """
    spelled = [*missing, *MISSING_NUMBERS] if found.type != "text" else list(missing)
    kept = pc.if_else(pc.is_in(texts, pa.array(spelled)), pa.scalar(None, pa.string()), texts)
    if found.type == "text":
        return pd.Series(kept.to_pandas(), name=name, dtype=object).where(lambda values: values.notna(), None)
    if found.type == "time":
        return _times(name, kept, found, zone)
    if found.type == "flag":
        flags = pa.array(list(_FLAGS))
        codes = pc.index_in(pc.utf8_lower(kept), flags)
        _require(name, texts, kept, codes, "true or false")
        values = pc.subtract(1, codes)
    else:
        wanted = pa.int64() if found.type == "whole" else pa.float64()
        values = _numbers(name, texts, plain(kept, found.marks), wanted)
    return pd.Series(values.to_pandas(), name=name)


def _numbers(name: str, texts: pa.ChunkedArray, kept: pa.ChunkedArray, wanted: Any) -> pa.ChunkedArray:
    values = _cast(kept, wanted)
    if values is not None:
        return values
    pattern = r"^[+-]?\d{1,18}$" if wanted == pa.int64() else r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
    fits = pc.match_substring_regex(kept, pattern)
    raise _stray(
        name,
        texts,
        texts.filter(pc.invert(pc.fill_null(fits, True))),
        "whole number" if wanted == pa.int64() else "number",
    )


def _times(name: str, kept: pa.ChunkedArray, found: CellType, zone: str) -> pd.Series:
    """Parse every distinct text once."""
    coded = kept.combine_chunks().dictionary_encode()
    levels = pd.Series(coded.dictionary.to_pylist(), dtype=object)
    stamps = parse_times(levels, found.time, zone) if len(levels) else pd.Series(dtype="datetime64[ns, UTC]")
    if stamps.isna().any():
        wrong = pa.array(levels[stamps.isna()].tolist(), pa.string())
        raise _stray(name, kept, kept.filter(pc.fill_null(pc.is_in(kept, wrong), False)), f"time ({found.time})")
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    values = stamps.dt.tz_convert("UTC").astype("datetime64[us, UTC]").array.take(codes, allow_fill=True)
    return pd.Series(values, name=name)


def _require(name: str, texts: pa.ChunkedArray, kept: pa.ChunkedArray, values: pa.ChunkedArray, what: str) -> None:
    lost = pc.and_(pc.is_valid(kept), pc.is_null(values))
    if pc.any(lost).as_py():
        raise _stray(name, texts, texts.filter(lost), what)


def _stray(
    name: str, texts: pa.ChunkedArray, strays: pa.ChunkedArray, what: str, also: str = "`missing` in source.json"
) -> DataError:
    first = strays[0].as_py()
    row = pc.index(texts, pa.scalar(first)).as_py() + 1
    shown = first if len(first) <= 40 else first[:37] + "..."
    return DataError(
        f"column {name!r}, row {row}: {shown!r} is no {what} ({len(strays):,} of {len(texts):,} cells)",
        allowed=f"a {what} or a spelling of missing",
        where=f"the file, or {also}",
    )


def _all(texts: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _cast(texts: pa.ChunkedArray, wanted: Any) -> pa.ChunkedArray | None:
    try:
        return pc.cast(texts, wanted)
    except pa.ArrowInvalid:
        return None
