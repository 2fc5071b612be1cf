"""Numbers written with a decimal comma, marks of thousands, a percent or a currency sign."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

SIGNS: Final = ("%", "$", "€", "£", "¥")


@dataclass(frozen=True, slots=True)
class Marks:
    """How a column of numbers is written."""

    decimal: str = "."
    thousands: str = ""
    sign: str = ""
    """Before or behind every number."""
    note: str = ""
    is_proven: bool = True
    """False: decimals and thousands could be the other way round."""


PLAIN: Final = Marks()
_PATTERNS: Final = (
    # decimal, thousands, all such numbers, what only such a number shows
    (".", ",", r"^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$", r",\d{3},|,\d{3}\."),
    (",", ".", r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$", r"\.\d{3},|\.\d{3}\.|,\d{1,2}$|,\d{4,}$"),
    (".", " ", r"^[+-]?(\d{1,3}( \d{3})+|\d+)(\.\d+)?$", " "),
    (",", " ", r"^[+-]?(\d{1,3}( \d{3})+|\d+)(,\d+)?$", r" .*,"),
    (".", "'", r"^[+-]?(\d{1,3}('\d{3})+|\d+)(\.\d+)?$", "'"),
    (".", "", r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$", r"\."),
)


def find_marks(texts: pa.ChunkedArray, decimal: str = "") -> Marks | None:
    """Return how all of some texts are numbers, if they are; `decimal` decides where both readings fit."""
    if not len(texts):
        return None
    bare, sign = _without_sign(texts)
    fitting = [item for item in _PATTERNS if _all(bare, item[2]) and decimal in ("", item[0])]
    if not fitting or (not sign and fitting[0][:2] == (".", "")):
        return None
    proven = [item for item in fitting if pc.any(pc.match_substring_regex(bare, item[3])).as_py()]
    point, thousands, _, _ = (proven or fitting)[0]
    told = []
    if sign:
        told.append(f"the sign {sign} is taken off")
    if point == ",":
        told.append("decimal comma")
    elif thousands:
        told.append(f"{thousands!r} marks thousands" + ("" if proven else ", or else decimals"))
    return Marks(point, thousands, sign, "; ".join(told), bool(proven))


def plain(texts: pa.ChunkedArray, marks: Marks) -> pa.ChunkedArray:
    """Write numbers plainly."""
    if marks.sign:
        texts = pc.utf8_trim_whitespace(pc.replace_substring(texts, marks.sign, ""))
    if marks.thousands:
        texts = pc.replace_substring(_spaced(texts), marks.thousands, "")
    return pc.replace_substring(texts, ",", ".") if marks.decimal == "," else texts


def _without_sign(texts: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    first = texts[0].as_py()
    sign = next((sign for sign in SIGNS if sign in first), "")
    if not sign or not _all(texts, rf"^[+-]?\{sign} ?[\d.,' ]+$|^[+-]?[\d.,' ]+ ?\{sign}$"):
        return _spaced(texts), ""
    return _spaced(plain(texts, Marks(sign=sign))), sign


def _spaced(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make thin and unbreakable blanks plain ones."""
    return pc.replace_substring_regex(texts, "[\u00a0\u202f\u2009]", " ")


def _all(texts: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())
