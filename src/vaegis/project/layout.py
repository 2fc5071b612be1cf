"""Python source laid out as `ruff format` lays it out: on one line where it fits, else one item a line."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

WIDTH: Final = 88
"""Ruff's own default; what fits here fits a wider setting too."""
_STEP: Final = "    "


def quoted(text: str) -> str:
    """Write a string as a Python literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def pretty(value: object) -> str:
    """Write JSON for people: indented, in the order given."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def name_of(text: str) -> str:
    """Make a Python name of any text: lower case, digits and underscores, a letter first."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text.lower())
    plain = "_".join(part for part in plain.split("_") if part)
    return plain if plain[:1].isalpha() else f"t_{plain}".rstrip("_")


def call(head: str, arguments: Sequence[str], indent: int = 0, tail: str = "") -> str:
    """Lay out `head(arguments)tail`; `arguments` may span lines, laid out for the indentation one step deeper."""
    return _enclosed(f"{head}(", arguments, f"){tail}", indent)


def listing(head: str, items: Sequence[str], indent: int = 0, tail: str = "") -> str:
    """Lay out `head[items]tail`."""
    return _enclosed(f"{head}[", items, f"]{tail}", indent)


def mapping(head: str, pairs: Mapping[str, str], indent: int = 0) -> str:
    """Lay out `head{"key": "value"}`."""
    return _enclosed(f"{head}{{", [f"{quoted(key)}: {quoted(value)}" for key, value in pairs.items()], "}", indent)


def _enclosed(opening: str, items: Sequence[str], closing: str, indent: int) -> str:
    """Lay out items between brackets; the first line is not indented, its place is the caller's."""
    line = opening + ", ".join(items) + closing
    # One place more for the comma that follows it in a longer list.
    if "\n" not in line and len(line) + indent * len(_STEP) < WIDTH:
        return line
    inner = _STEP * (indent + 1)
    return "\n".join([opening, *(f"{inner}{item}," for item in items), f"{_STEP * indent}{closing}"])
