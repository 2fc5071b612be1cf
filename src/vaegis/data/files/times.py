"""Find how dates and times are written, and turn them into UTC."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from vaegis.errors import ConfigError
from vaegis.inference import names

ISO: Final = "ISO8601"
_ISO_DATE: Final = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$"
_OFFSET: Final = r"(?:Z|[+-]\d{2}:?(?:\d{2})?)$"
_TIME_OFFSET: Final = r"\d{2}:\d{2}.*" + _OFFSET
_DATES: Final = (
    "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y", "%m/%d/%y",
    "%d/%m/%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y",
    "%Y-%b-%d", "%b-%d-%Y", "%Y%m%d", "%Y-%m", "%Y/%m", "%m/%Y", "%b-%Y", "%b %Y", "%B %Y", "%b-%y",
    "%a %b %d %Y", "%Y-%m-%d", "%a, %d %b %Y", "%A, %B %d, %Y",
)  # fmt: skip
"""In order of preference: where both fit, a slash puts the month first, a point or a dash the day."""
_CLOCKS: Final = (
    "",
    " %H:%M",
    " %H:%M:%S",
    " %H:%M:%S.%f",
    " %I:%M %p",
    " %I:%M:%S %p",
    "T%H:%M:%S",
    ", %H:%M",
    ":%H:%M:%S",
    " %H:%M:%S %z",
)
_WHOLE_FORMATS: Final = ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y", "%d/%b/%Y:%H:%M:%S %z")
_LOOKS: Final = re.compile(r"^(?=.*\d.*\d)[\w :/.,+-]{6,40}$")
EPOCHS: Final = {"epoch_s": 1, "epoch_ms": 1_000, "epoch_us": 1_000_000, "epoch_ns": 1_000_000_000}
"""Units of whole-number stamps by how many make a second."""
_EARLIEST, _LATEST = 946_684_800, 2_524_608_000  # 2000 to 2050: what is called a time and lies there counts seconds
_STAMP_WORDS: Final = names.words("time timestamp ts epoch unix date datetime")


def find_formats(values: Sequence[str]) -> list[str]:
    """Return the formats under which all of some distinct texts are dates, the preferred first."""
    texts = pd.Series(values, dtype=object)
    if not len(texts) or not texts.str.match(_LOOKS).all():
        return []
    if texts.str.match(_ISO_DATE).all() and parse_times(texts, ISO).notna().all():
        return [ISO]
    shapes = [date + clock for clock in _CLOCKS for date in _DATES]
    likely = [shape for shape in (*shapes, *_WHOLE_FORMATS) if _is_time(values[0], shape)]
    return [shape for shape in likely if _all_times(texts, shape)]


def find_number_format(name: str, numbers: np.ndarray) -> str:
    """Return how whole numbers tell a time, if their name says they do: YYYYMMDD, or counted from 1970."""
    if not len(numbers) or not names.says(name, _STAMP_WORDS):
        return ""
    low, high = int(numbers.min()), int(numbers.max())
    for unit, per_second in EPOCHS.items():
        if _EARLIEST * per_second <= low and high <= _LATEST * per_second:
            return unit
    if low >= 19000101 and high <= 21001231:
        days = pd.to_datetime(pd.Series(np.unique(numbers)).astype(str), format="%Y%m%d", errors="coerce")
        return "%Y%m%d" if days.notna().all() else ""
    return ""


def parse_times(values: pd.Series, shape: str, zone: str = "UTC") -> pd.Series:
    """Return texts as UTC, null where one is no such time; stamps without an offset are taken in `zone`.

    An hour that a clock shows twice is taken as the second (standard time), one it leaves out as the moment after.
    """
    if shape in EPOCHS:
        seconds = pd.to_numeric(values, errors="coerce")
        return pd.to_datetime(seconds, unit=shape.removeprefix("epoch_"), utc=True, errors="coerce")
    if shape == ISO:
        has_offset = values.str.contains(_TIME_OFFSET, regex=True).to_numpy(dtype=bool)
        out = pd.Series(pd.NaT, index=values.index, dtype="datetime64[ns, UTC]")
        if has_offset.any():
            out[has_offset] = pd.to_datetime(values[has_offset], format=ISO, utc=True, errors="coerce")
        if not has_offset.all():
            out[~has_offset] = _in_zone(pd.to_datetime(values[~has_offset], format=ISO, errors="coerce"), zone)
        return out
    if "%z" in shape:
        return pd.to_datetime(values, format=shape, utc=True, errors="coerce")
    return _in_zone(pd.to_datetime(values, format=shape, errors="coerce"), zone)


def offsets(values: pd.Series) -> set[str]:
    """Return the offsets that stamps bear; an empty text for those that bear none."""
    return set(values.str.extract(r"\d{2}:\d{2}.*?(" + _OFFSET[:-1] + r")$", expand=False).fillna("").unique())


def require_zone(zone: str) -> None:
    """Refuse a name that no time zone has, with `ConfigError`."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ConfigError(
            f"time zone {zone!r} is unknown", allowed="a name such as Europe/Paris or UTC", where="--zone"
        ) from None


def _in_zone(stamps: pd.Series, zone: str) -> pd.Series:
    local = stamps.dt.tz_localize(zone, ambiguous=np.zeros(len(stamps), dtype=bool), nonexistent="shift_forward")
    return local.dt.tz_convert("UTC")


def _is_time(text: str, shape: str) -> bool:
    try:
        datetime.strptime(text, shape)
    except ValueError:
        return False
    return True


def _all_times(texts: pd.Series, shape: str) -> bool:
    return bool(pd.to_datetime(texts, format=shape, errors="coerce", utc=True).notna().all())
