"""The curves of one training, and what they say about stopping."""

from dataclasses import dataclass, field
from typing import Any, Final, Self

METRICS: Final = (
    "train/loss",
    "train/reconstruction",
    "train/kl",
    "train/beta",
    "train/free_bits",
    "train/skipped",
    "val/elbo",
    "val/rate",
    "val/active_units",
    "val/collapse",
)
"""What every record holds; networks add what they watch. `val/collapse` is 1 where the alarm was raised."""


@dataclass(slots=True)
class History:
    """One record an interval: optimiser step, `METRICS` and what the network watches; nats per row."""

    records: list[dict[str, float]] = field(default_factory=list)

    def add(self, step: int, metrics: dict[str, float]) -> None:
        """Append the metrics of an interval."""
        self.records.append({"step": float(step), **metrics})

    @property
    def is_best(self) -> bool:
        """Whether the last record has the highest validation ELBO so far."""
        return self._best() == len(self.records) - 1

    def intervals_since_best(self, settled_step: int) -> int:
        """Return how many records followed the best one, or `settled_step`, whichever is later."""
        settled = sum(record["step"] < settled_step for record in self.records)
        return len(self.records) - 1 - max(self._best(), settled)

    def to_csv(self) -> str:
        """Write the records as CSV."""
        watched = dict.fromkeys(name for record in self.records for name in record if name not in ("step", *METRICS))
        names = (*METRICS, *watched)
        lines = [",".join(("step", *names))]
        lines += [
            ",".join([f"{record['step']:.0f}", *(f"{record[name]:.6g}" for name in names)]) for record in self.records
        ]
        return "\n".join(lines) + "\n"

    def to_json(self) -> list[dict[str, float]]:
        """Return the records."""
        return self.records

    @classmethod
    def from_json(cls, records: list[dict[str, Any]]) -> Self:
        """Rebuild from `to_json`."""
        return cls([dict(record) for record in records])

    def _best(self) -> int:
        elbos = [record["val/elbo"] for record in self.records]
        return elbos.index(max(elbos)) if elbos else 0
