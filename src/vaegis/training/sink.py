"""Where training metrics go while it runs."""

from collections.abc import Mapping
from typing import Protocol


class MetricSink(Protocol):
    """Receives curve points (`train/loss`, `val/elbo`, ...); must not block and must not raise."""

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        """Take the metrics of an optimiser step."""
        ...

    def close(self) -> None:
        """Deliver what is pending, within a bounded time."""
        ...


class NullSink:
    """Drops everything: training without a tracker."""

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        """Drop the metrics."""

    def close(self) -> None:
        """Have nothing to deliver."""
