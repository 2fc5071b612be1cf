"""The numbers that a decision is made from, with the rows behind them and the reasons of those that are missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from vaegis import paths
from vaegis.durable import read_json
from vaegis.governance.provenance import Provenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the decision is made from."""

    numbers: Mapping[str, Any]
    """Path -> number; None: not finite."""
    notes: Mapping[str, str]
    """Path -> why there is no number, or what is behind it."""
    rows: Mapping[str, int]
    """Path -> how many rows are behind it."""
    authors: frozenset[str]

    @classmethod
    def of(cls, numbers: Mapping[str, Any], estimates: Mapping[str, Any], origin: Provenance) -> Self:
        """Join the numbers with what evaluation says of them (`evidence.json`) and with what was traced."""
        told = {f"evaluate/{name}": item for name, item in estimates.items() if isinstance(item, dict)}
        reasons = {name: str(item["reason"]) for name, item in told.items() if item.get("reason")}
        rows = {name: item["rows"] for name, item in told.items() if isinstance(item.get("rows"), int)}
        return cls(
            numbers={**numbers, **origin.numbers},
            notes={**reasons, **origin.notes},
            rows=rows,
            authors=origin.authors,
        )

    def to_json(self) -> dict[str, Any]:
        """Return them as plain JSON."""
        found = {"numbers": self.numbers, "notes": self.notes, "rows": self.rows}
        return {**{name: dict(value) for name, value in found.items()}, "authors": sorted(self.authors)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        return cls(
            numbers=record["numbers"],
            notes=record["notes"],
            rows=record["rows"],
            authors=frozenset(record["authors"]),
        )


def read_estimates(path: Path = paths.EVIDENCE) -> Mapping[str, Any]:
    """Return what evaluation says of every metric; nothing if it wrote none."""
    found = read_json(path) if path.is_file() else {}
    return found if isinstance(found, dict) else {}
