"""Drawn figures that the page has no picture of its own for: made small, and put under their topics."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Final

from PIL import Image

from vaegis.evaluation.report.places import place_of

COLOURS: Final = 128
"""A drawn figure needs no more, and is a third of its size then."""

_WIDE: Final = 1.7
"""Width by height from which a picture takes the whole line."""

Picture = tuple[str, str, str, bool]
"""Name, words, base64 of the PNG, whether it needs the whole line."""


def place_pictures(
    figures: Mapping[str, bytes], topics: Sequence[str], replaced: Sequence[str]
) -> dict[str, list[Picture]]:
    """Return the pictures by topic; `replaced` the page draws itself: names, or beginnings that end with `_`."""
    placed: dict[str, list[Picture]] = {}
    for name, content in figures.items():
        drawn = any(name == told or (told.endswith("_") and name.startswith(told)) for told in replaced)
        if not topics or drawn:
            continue
        data, wide = encoded(content)
        words = name.replace("_", " ").capitalize()
        placed.setdefault(place_of(name, topics), []).append((name, words, data, wide))
    return placed


def encoded(content: bytes) -> tuple[str, bool]:
    """Return a picture as base64, in fewer colours, and whether it is wide."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(content)) as image:
        wide = image.width > _WIDE * image.height
        image.convert("RGB").quantize(COLOURS).save(buffer, format="PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode(), wide
