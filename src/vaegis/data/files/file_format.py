"""How a user's file is to be read: found once, written down, and obeyed from then on."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Self

from vaegis.errors import DataError

_WORDS: Final = "? - NA N/A n/a na NaN nan NULL Null null <NA> #N/A #NA NaT \\N"
MISSING: Final = ("", *_WORDS.split())
"""Spellings of a missing value, in any column."""
MISSING_NUMBERS: Final = (".", "--", "None", "none", "inf", "-inf", "Inf", "-Inf", "#DIV/0!", "#VALUE!", "#REF!")
"""Further spellings where all other values are numbers or times: in text they may be words."""
TYPES: Final = ("whole", "number", "flag", "text", "time")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFormat:
    """What decides how bytes become a table."""

    form: str
    """`csv` or `parquet`."""
    types: dict[str, str]
    """Each column, in order, and which of `TYPES` its text is turned into."""
    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'
    """Empty: quotes mean nothing."""
    skip_lines: int = 0
    """Lines before the header."""
    header: bool = True
    """Whether the first line names the columns; else they are column_1, column_2 ..."""
    missing: tuple[str, ...] = MISSING
    times: dict[str, str] = field(default_factory=dict)
    """For each column of type `time` its format: `ISO8601`, one of strptime's, or `epoch_s`, `epoch_ms` ..."""
    marks: dict[str, str] = field(default_factory=dict)
    """For each column of numbers not written plainly its decimal mark, behind it that of thousands if there is one."""
    affixes: dict[str, str] = field(default_factory=dict)
    """For each column of numbers with a sign before or behind them, that sign."""
    zone: str = "UTC"
    """Time zone of stamps that bear none."""
    folders: tuple[str, ...] = ()
    """Columns that folder names hold (`year=2024/`)."""
    notes: tuple[str, ...] = ()
    """What a person should know of how the file is read."""

    def to_json(self) -> dict[str, Any]:
        """Return the format as plain JSON; `types` as pairs, since their order counts."""
        record = {**asdict(self), "types": [list(item) for item in self.types.items()]}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild a format from `to_json`."""
        known = {item.name for item in fields(cls)}
        if unknown := sorted(set(record) - known):
            raise DataError(f"file format: unknown field {unknown[0]!r}", allowed=", ".join(sorted(known)))
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
        }
        return cls(**{**given, "types": dict(record["types"])})
