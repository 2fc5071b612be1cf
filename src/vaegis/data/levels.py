"""The levels of a discrete column: the most frequent ones by name, the others together.

A column of thousands of names has mostly names seen a few times, of which nothing can be learnt; each would still cost
an embedding, an output and a row of zeros.
"""

from collections import Counter
from collections.abc import Collection
from typing import Final

from vaegis.contract import ColumnSpec
from vaegis.errors import DataError

RARE: Final = "_RARE_"
"""Level that stands for every one that is not kept; never one of the real names, which would be a lie."""


def choose_levels(counts: Counter[str], max_levels: int) -> tuple[str, ...]:
    """Return the levels in sorted order; of more than `max_levels` the most frequent (ties by name), then `RARE`.

    A level that is called `_RARE_` in the data is taken for it.
    """
    named = sorted(level for level in counts if level != RARE)
    if len(named) <= max_levels:
        return (*named, *([RARE] if RARE in counts else []))
    by_frequency = sorted(named, key=lambda level: -counts[level])
    return (*sorted(by_frequency[:max_levels]), RARE)


def order_levels(levels: Collection[str], column: ColumnSpec, max_levels: int) -> tuple[str, ...]:
    """Return the levels from the lowest up: in the contract's order or, where it has none, by their number.

    Raises:
        DataError: a level has no place in the order, or there are more than `max_levels`.
    """
    if strangers := sorted(set(levels) - set(column.order or levels)):
        what, allowed = f"ordinal column {column.name!r} holds {strangers[0]!r}", ", ".join(column.order)
        raise DataError(what, allowed=allowed, where="its tag order in feature_repo/")
    if len(levels) > max_levels:
        what = f"ordinal column {column.name!r} has {len(levels)} levels"
        raise DataError(what, allowed=f"at most {max_levels}", where="its kind, or params.yaml: train.max_levels")
    return tuple(level for level in column.order if level in levels) or tuple(sorted(levels, key=float))


def has_rest(levels: tuple[str, ...]) -> bool:
    """Whether levels that are not among `levels`, seen or not, have one that stands for them."""
    return levels[-1:] == (RARE,)
