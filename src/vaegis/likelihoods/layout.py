"""Which family describes which column of a batch."""

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Layout:
    """Families by column: D numeric columns read `values`, C discrete columns read `codes`."""

    numeric: tuple[str, ...]
    """Family of each numeric column."""
    discrete: tuple[str, ...]
    """Family of each discrete column."""
    num_levels: tuple[int, ...]
    """Number of levels of each discrete column, the missing-or-unseen code 0 not counted."""

    def group(self, family: str) -> tuple[int, ...]:
        """Return the positions, among the D numeric then the C discrete columns, that `family` describes."""
        return tuple(position for position, name in enumerate((*self.numeric, *self.discrete)) if name == family)

    def to_json(self) -> dict[str, Any]:
        """Return the layout as plain JSON."""
        return {
            "numeric": list(self.numeric),
            "discrete": list(self.discrete),
            "num_levels": list(self.num_levels),
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        return cls(tuple(record["numeric"]), tuple(record["discrete"]), tuple(record["num_levels"]))
