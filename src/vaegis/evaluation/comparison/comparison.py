"""What came of comparing two versions, in memory and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vaegis.evaluation.comparison.difference import Difference


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What moved between two versions on the same rows."""

    candidate: Mapping[str, str]
    """label, content_digest, kind."""
    champion: Mapping[str, str]
    rows: Mapping[str, Any]
    """rows, faults, blocks, block, digest."""
    differences: tuple[Difference, ...]
    unpaired: Mapping[str, str] = field(default_factory=dict)
    """Metrics (`topic/*`: all others of a topic) that are not compared by row, and why."""

    def of(self, verdict: str) -> list[Difference]:
        """Return the differences of one verdict."""
        return [difference for difference in self.differences if difference.verdict == verdict]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, metrics by name."""
        metrics = {item.metric: {k: v for k, v in asdict(item).items() if k != "metric"} for item in self.differences}
        about = {"candidate": dict(self.candidate), "champion": dict(self.champion), "rows": dict(self.rows)}
        about["unpaired"] = dict(self.unpaired)
        return {**about, "metrics": metrics}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Comparison":
        """Rebuild from `to_json`."""
        differences = tuple(Difference(metric=name, **item) for name, item in record["metrics"].items())
        return cls(
            candidate=record["candidate"],
            champion=record["champion"],
            rows=record["rows"],
            differences=differences,
            unpaired=record.get("unpaired", {}),
        )
