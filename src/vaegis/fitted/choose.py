"""Which family describes a column: the one asked for, if it can, else its kind's own."""

from typing import Final

from vaegis.contract import ColumnSpec
from vaegis.errors import ConfigError
from vaegis.likelihoods import CONDITION, FAMILY_OF_KIND, LIKELIHOODS, ColumnFacts, Family

_CONFIG: Final = "params.yaml: train.likelihoods"
_CONTRACT: Final = "its tag likelihood in feature_repo/"


def choose_family(column: ColumnSpec, facts: ColumnFacts, *, is_count: bool, asked: str = "") -> str:
    """Return the family of a column, or `CONDITION`.

    `asked`, what the configuration wants of this column, comes before what its contract wants; a column that asks for
    nothing and stands at exact points in a share of the rows has a point mass at each.

    Raises:
        ConfigError: the family is unknown or cannot describe the column.
    """
    if column.role == "condition":
        if asked:
            what = f"column {column.name!r} is a condition, which nothing describes, and is asked to be {asked!r}"
            raise ConfigError(what, allowed="features", where=_CONFIG)
        return CONDITION
    wanted = asked or column.likelihood
    if not wanted:
        return "spike" if facts.points else FAMILY_OF_KIND[column.kind]
    fitting = [name for name, family in LIKELIHOODS.items() if _fits(family, column, facts, is_count)]
    if wanted not in fitting:
        kind = f"a column of kind {column.kind}" + ("" if column.is_discrete else _of_numbers(facts, is_count))
        what = f"likelihood of column {column.name!r} is {wanted!r}, which cannot describe {kind}"
        if wanted not in LIKELIHOODS:
            what = f"likelihood of column {column.name!r} is {wanted!r}, which is unknown"
        raise ConfigError(what, allowed=", ".join(fitting), where=_CONFIG if asked else _CONTRACT)
    return wanted


def _fits(family: type[Family], column: ColumnSpec, facts: ColumnFacts, is_count: bool) -> bool:
    if column.is_discrete:
        if family.over == "order":
            return column.kind == "ordinal"
        return family.over == "levels" and facts.num_levels <= family.most_levels
    if family.over == "counts":
        return is_count and not column.transform and column.kind in ("numeric", "count")
    if family.over == "circle":
        return facts.wraps
    return family.over == "line" and (bool(facts.points) or not family.needs_points)


def _of_numbers(facts: ColumnFacts, is_count: bool) -> str:
    parts = ["whole numbers from 0" if is_count else "not only whole numbers from 0"]
    parts += ["an angle"] if facts.wraps else []
    parts += [] if facts.points else ["without a value that stands out"]
    return f" ({', '.join(parts)})"
