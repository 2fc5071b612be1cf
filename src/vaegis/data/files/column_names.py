"""Names that every store, tracker and query bears: letters, digits and underscores, each once."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_ODD: Final = re.compile(r"[^0-9A-Za-z_]+")
_SAID: Final = {"%": " pct ", "°": " deg ", "€": " eur ", "$": " usd ", "£": " gbp ", "#": " no ", "ß": "ss"}


def clean_names(header: Sequence[str]) -> tuple[str, ...]:
    """Return a safe name for every cell of a header: `Sepal Length (cm)` is Sepal_Length_cm, a second `x` is x_2.

    Upper and lower case count as the same, as they do in SQL; a cell without a name is called by its place.
    """
    taken: set[str] = set()
    found = []
    for place, cell in enumerate(header, start=1):
        name = base = _clean(cell) or f"column_{place}"
        number = 2
        while name.lower() in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name.lower())
        found.append(name)
    return tuple(found)


def _clean(cell: str) -> str:
    for sign, word in _SAID.items():
        cell = cell.replace(sign, word)
    plain = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode()
    name = _ODD.sub("_", plain).strip("_")
    return f"column_{name}" if name[:1].isdecimal() else name


def renamed(header: Sequence[str], names: Sequence[str]) -> str:
    """Say which names were changed; nothing if none was."""
    changed = [f"{old.strip()!r} is {new}" for old, new in zip(header, names, strict=True) if old.strip() != new]
    more = f" and {len(changed) - 4} more" if len(changed) > 4 else ""
    return "; ".join(changed[:4]) + more
