"""Rules that guess what numbers are: names, codes, counts or amounts. Each answers or passes."""

from itertools import pairwise
from typing import Final

import numpy as np

from vaegis.inference import names
from vaegis.inference.kind_guess import LEARNABLE, KindGuess
from vaegis.inference.profile import Profile
from vaegis.inference.units import unit_of

FEW: Final = 12
"""Whole numbers of at most so many levels may be codes."""


def identifying_number(column: Profile) -> KindGuess | None:
    """Numbers that name things: by the column's name, or since no two are equal."""
    if not column.whole:
        return None
    word, code = names.identifies(column.name), names.encodes(column.name)
    is_unique = column.distinct == column.present and column.present > FEW
    if word or code:
        said = f"named {word or code!r}"
        if column.repeats >= (LEARNABLE if code else 2.0 * LEARNABLE):
            return KindGuess("category", 0.8, f"{said}, {column.distinct} levels: a code, not an amount")
        return KindGuess("identifier", 0.95 if is_unique else 0.8, f"{said}, whole numbers", is_feature=False)
    if is_unique and not _is_named_amount(column) and _numbers_rows(column):
        return KindGuess("identifier", 0.85, "different in every row, one after the other", is_feature=False)
    if is_unique and not _is_named_amount(column) and _avoids_itself(column):
        return KindGuess("identifier", 0.65, "different in every row, where chance would repeat some", is_feature=False)
    return None


def _numbers_rows(column: Profile) -> bool:
    """Whether values run through in the order of the rows with hardly a gap."""
    steps = np.diff(column.values.to_numpy(dtype=np.float64))
    return bool((steps > 0).all() and column.high - column.low < 1.5 * column.present)


def _avoids_itself(column: Profile) -> bool:
    """Whether so many numbers drawn from that span would repeat at least twice by chance (n^2 / 2 span)."""
    return column.present**2 / (2.0 * (column.high - column.low + 1.0)) >= 2.0


def entity_number(column: Profile) -> KindGuess | None:
    """Numbers from 0 or 1 on without a gap, each about as often: the units that were looked at again and again."""
    if not column.whole or column.low not in (0.0, 1.0) or column.distinct != column.high - column.low + 1:
        return None
    if column.distinct <= FEW or _is_named_amount(column) or names.counts(column.name):
        return None
    seen = column.levels.to_numpy(dtype=np.float64)
    is_even = bool(seen.std() <= 0.3 * seen.mean())
    numbers = column.values.to_numpy(dtype=np.float64)
    in_blocks = bool((np.diff(numbers) == 0).mean() >= 0.5)
    if not is_even or not (in_blocks or column.repeats >= LEARNABLE) or column.repeats < 2.0:
        return None
    said = f"{column.distinct} numbers from {column.low:g} without a gap, each about {column.repeats:.0f} times"
    if column.repeats >= 10.0:
        return KindGuess("category", 0.6, said)
    return KindGuess("identifier", 0.6, said, is_feature=False)


def _is_named_amount(column: Profile) -> bool:
    return bool(unit_of(column.name) or names.says(column.name, names.AMOUNT | names.YEAR | names.CALENDAR))


def angle(column: Profile) -> KindGuess | None:
    """Directions: by name, and by a span of more than half a turn."""
    if column.form != "number" or not names.says(column.name, names.ANGLE):
        return None
    if unit_of(column.name) in ("C", "F", "K") or names.says(column.name, names.COORDINATE):
        return None
    if column.low >= -360.0 and column.high <= 360.0 and column.high - column.low > 180.0:
        return KindGuess("angle", 0.9, f"named as a direction, {column.low:g} to {column.high:g}")
    return None


def calendar(column: Profile) -> KindGuess | None:
    """Parts of the calendar come round again: levels, not amounts."""
    word = names.says(column.name, names.CALENDAR)
    if not column.whole or not word or column.low < 0 or column.high > 60 or unit_of(column.name):
        return None
    if column.distinct > 60 or set(names.tokens(column.name)) & {"per", "since", "of_stay", "in", "num", "number"}:
        return None
    return KindGuess("category", 0.75, f"named {word!r}, {column.low:g} to {column.high:g}: a part of the calendar")


def year(column: Profile) -> KindGuess | None:
    """Years are ordered, so they are amounts."""
    word = names.says(column.name, names.YEAR)
    if column.whole and word and column.low >= 1000 and column.high <= 2200:
        return KindGuess("numeric", 0.75, f"named {word!r}, {column.low:.0f} to {column.high:.0f}: ordered")
    return None


def _has_few(column: Profile) -> bool:
    return column.whole and column.distinct <= FEW and column.repeats >= LEARNABLE


def _said(column: Profile) -> str:
    return f"{column.distinct} whole numbers from {column.low:g} to {column.high:g}"


def few_named(column: Profile) -> KindGuess | None:
    """Whole numbers of few levels, whose name says what they are."""
    if not _has_few(column):
        return None
    said = _said(column)
    if names.counts(column.name):
        if column.low < 0:  # what was gained less what was lost
            return KindGuess("numeric", 0.75, f"named as a count, negative ones among them; {said}")
        return KindGuess("count", 0.85, f"named as a count; {said}")
    if names.says(column.name, names.LEVEL | names.LABEL | names.PERHAPS_LABEL):
        return KindGuess("category", 0.85, f"named as a level; {said}")
    word = names.says(column.name, names.AMOUNT)
    if unit_of(column.name) or (word and word not in names.GRADED):
        return KindGuess("numeric", 0.75, f"named as an amount; {said}")
    return None


def few_unnamed(column: Profile) -> KindGuess | None:
    """Counts start at 0 and thin out; other whole numbers of few levels are codes that happen to be numbers."""
    if not _has_few(column):
        return None
    said = _said(column)
    if column.low == 0 and _thins_out(column):
        return KindGuess("count", 0.7, f"{said}, the larger the rarer")
    if column.low < 0 or column.high - column.low > 3 * column.distinct:
        return KindGuess("category", 0.55, f"{said}, far apart: codes or steps of an amount")
    return KindGuess("category", 0.65, f"{said}: codes or grades")


def _thins_out(column: Profile) -> bool:
    """Whether numbers get rarer from the commonest on, which is 0 or 1 (but for chance), and the last is by far."""
    seen = [int(column.levels.get(level, 0)) for level in range(int(column.high) + 1)]
    mode = seen.index(max(seen))
    falling = all(after <= before + 3.0 * (before + 1) ** 0.5 for before, after in pairwise(seen[mode:]))
    return mode <= 1 and falling and seen[-1] < 0.5 * seen[mode]


def whole(column: Profile) -> KindGuess | None:
    """Whole numbers of many levels: amounts by name or sign, else counts where few are large."""
    if not column.whole:
        return None
    if unit_of(column.name) or names.says(column.name, names.AMOUNT - names.COUNT):
        return KindGuess("numeric", 0.85, "whole numbers, named as an amount")
    if column.low < 0:
        return KindGuess("numeric", 0.9, "whole numbers, negative ones among them")
    if word := names.counts(column.name):
        return KindGuess("count", 0.9, f"whole numbers from {column.low:g}, named {word!r}")
    if _skewed(column):
        return KindGuess("count", 0.75, f"whole numbers from {column.low:g} with a long tail")
    return KindGuess("numeric", 0.75, f"whole numbers from {column.low:g} to {column.high:g}")


def _skewed(column: Profile) -> bool:
    """Whether numbers begin near nothing (or end far from most), most are small, and a few are large."""
    low, middle, top = np.quantile(column.sample.to_numpy(dtype=np.float64), [0.25, 0.5, 0.99])
    is_wide = column.low <= max(0.1 * middle, 1.0) or column.high >= 10.0 * middle
    return bool(is_wide and top - middle > 3.0 * (middle - low))
