"""Which family describes which column of a batch."""

from dataclasses import dataclass
from typing import Any, Final, Self

from vaegis.likelihoods.facts import ColumnFacts

CONDITION: Final = "condition"
"""Stands in place of a family: the column is read by encoder and decoder, and described by neither."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Families by column: D numeric columns read `values`, C discrete columns read `codes`."""

    numeric: tuple[str, ...]
    """Family of each numeric column, or `CONDITION`."""
    discrete: tuple[str, ...]
    """Family of each discrete column, or `CONDITION`."""
    num_levels: tuple[int, ...]
    """Number of levels of each discrete column, the missing-or-unseen code 0 not counted."""
    numbers: tuple[ColumnFacts, ...] = ()
    """Facts of each numeric column; empty where all are plain amounts."""

    def group(self, family: str) -> tuple[int, ...]:
        """Return the positions, among the D numeric then the C discrete columns, that `family` describes."""
        return tuple(position for position, name in enumerate((*self.numeric, *self.discrete)) if name == family)

    def facts(self, position: int) -> ColumnFacts:
        """Return what is known of the column at a position among the D numeric then the C discrete columns."""
        if position >= len(self.numeric):
            return ColumnFacts(num_levels=self.num_levels[position - len(self.numeric)])
        return self.numbers[position] if self.numbers else ColumnFacts()

    @property
    def conditions(self) -> tuple[int, ...]:
        """Positions of the columns that are given, not modelled."""
        return self.group(CONDITION)

    def to_json(self) -> dict[str, Any]:
        """Return the layout as plain JSON."""
        record: dict[str, Any] = {
            "numeric": list(self.numeric),
            "discrete": list(self.discrete),
            "num_levels": list(self.num_levels),
        }
        numbers = [facts.to_json() for facts in self.numbers]
        return {**record, "numbers": numbers} if numbers else record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        return cls(
            tuple(record["numeric"]),
            tuple(record["discrete"]),
            tuple(record["num_levels"]),
            tuple(ColumnFacts.from_json(item) for item in record.get("numbers", ())),
        )
