"""Rules that guess what texts are: names, prose or levels. Each answers or passes."""

from typing import Final

from vaegis.inference import names
from vaegis.inference.kind_guess import LEARNABLE, KindGuess
from vaegis.inference.profile import Profile

CLOCK: Final = r"[0-2]?\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[aApP][mM])?"


def clock(column: Profile) -> KindGuess | None:
    """Times of day without a date."""
    if column.form != "text" or not column.sample.head(1_000).str.fullmatch(CLOCK).all():
        return None
    return KindGuess("text", 0.8, "clock times without a date", is_feature=False)


def names_or_prose(column: Profile) -> KindGuess | None:
    """Text most of whose values occur once can name rows or be prose; it cannot be learnt as levels."""
    if column.form != "text" or column.repeats >= 2.0:
        return None
    share = column.distinct / column.present
    said = f"{share:.0%} of the values differ"
    if _is_prose(column) or column.words > 6.0:
        return KindGuess("text", 0.9, f"{said}, {column.words:.0f} words each", is_feature=False)
    sure = 0.95 if share > 0.95 else 0.75
    return KindGuess("identifier", sure, f"{said}: names, not levels", is_feature=False)


def levels(column: Profile) -> KindGuess | None:
    """Text that comes again and again."""
    if column.form != "text":
        return None
    said = f"{column.distinct} levels, each {column.repeats:.0f} times on average"
    if _is_prose(column) or (column.words > 8.0 and column.repeats < 10.0):
        return KindGuess("text", 0.85, f"{column.words:.0f} words each", is_feature=False)
    if column.repeats < LEARNABLE and names.identifies(column.name):
        return KindGuess("identifier", 0.8, f"named as an identifier; {said}", is_feature=False)
    return KindGuess("category", 0.95 if column.repeats >= 10.0 else 0.75, said)


def _is_prose(column: Profile) -> bool:
    return bool(names.says(column.name, names.PROSE)) and column.words > 2.0
