"""Guess what one column holds. Rules are asked in order; the first that answers decides."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from vaegis.inference import number_kinds, text_kinds
from vaegis.inference.kind_guess import KindGuess
from vaegis.inference.profile import Profile

HOLLOW: Final = 0.95
"""Share of missing cells from which on a column is carried along only."""


def guess_kind(column: Profile) -> KindGuess:
    """Return the answer of the first rule that has one."""
    return next(answer for rule in RULES if (answer := rule(column)))


def _empty(column: Profile) -> KindGuess | None:
    if column.form == "empty":
        return KindGuess("text", 0.5, "holds no value", is_feature=False)
    return None


def _other(column: Profile) -> KindGuess | None:
    """What is neither number nor text cannot be modelled, however often it comes."""
    if column.form != "other":
        return None
    types = " and ".join(sorted(column.values.unique()))
    hint = "; durations are modelled as numbers, such as seconds" if types == "Timedelta" else ""
    return KindGuess("text", 0.9, f"holds values of type {types}, neither numbers nor text{hint}", is_feature=False)


def _hollow(column: Profile) -> KindGuess | None:
    """What is hardly ever there cannot be learnt."""
    if column.missing < HOLLOW:
        return None
    found = next(answer for rule in RULES[RULES.index(_hollow) + 1 :] if (answer := rule(column)))
    return replace(found, reason=f"{column.missing:.1%} of the cells are empty; {found.reason}", is_feature=False)


def _time(column: Profile) -> KindGuess | None:
    if column.form == "time":
        return KindGuess("time", 0.99, "holds dates or times", is_feature=False)
    return None


def _constant(column: Profile) -> KindGuess | None:
    if column.distinct > 1:
        return None
    kind = "numeric" if column.form == "number" else "binary" if column.form == "flag" else "category"
    return KindGuess(kind, 0.9, f"constant: always {column.levels.index[0]!s:.40}", is_feature=False)


def _binary(column: Profile) -> KindGuess | None:
    if column.distinct != 2:
        return None
    pair = " and ".join(f"{value!s:.20}" for value in sorted(column.levels.index))
    sure = column.form != "number" or column.whole
    return KindGuess("binary", 0.97 if sure else 0.7, f"two values: {pair}")


def _number(column: Profile) -> KindGuess | None:
    if column.form == "flag":
        return KindGuess("binary", 0.97, "true and false")
    return KindGuess("numeric", 0.95, "numbers with fractions")


RULES: Final[tuple[Callable[[Profile], KindGuess | None], ...]] = (
    _empty,
    _other,
    _hollow,
    _time,
    _constant,
    _binary,
    text_kinds.clock,
    text_kinds.names_or_prose,
    text_kinds.levels,
    number_kinds.identifying_number,
    number_kinds.entity_number,
    number_kinds.angle,
    number_kinds.year,
    number_kinds.calendar,
    number_kinds.few_named,
    number_kinds.few_unnamed,
    number_kinds.whole,
    _number,
)
