"""What the server tells Prometheus."""

from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from vaegis.serving.current import Served

_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Measures:
    """Counters of one server; no process-wide registry, so that two in one process stay apart."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._children: dict[tuple[Any, tuple[str, ...]], Any] = {}
        self.requests = Counter("vaegis_requests", "Requests.", ("task", "status"), registry=self._registry)
        self.seconds = Histogram(
            "vaegis_request_seconds", "From the body's arrival to the answer.", ("task",),
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self.rows = Counter("vaegis_rows", "Rows answered for.", ("task",), registry=self._registry)
        self.flagged = Counter("vaegis_flagged_rows", "Rows flagged as anomalous.", registry=self._registry)
        self.refreshes = Counter("vaegis_refreshes", "Looks at the registry.", ("outcome",), registry=self._registry)

    def answered(self, task: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._child(self.requests, task, str(status)).inc()
        self._child(self.seconds, task).observe(seconds)

    def scored(self, task: str, rows: int, flagged: int) -> None:
        """Count rows."""
        self._child(self.rows, task).inc(rows)
        self.flagged.inc(flagged)

    def _child(self, metric: Any, *labels: str) -> Any:
        """Return a metric's child of these labels; looking it up by its own way costs as much as scoring a row."""
        key = (metric, labels)
        if key not in self._children:
            self._children[key] = metric.labels(*labels)
        return self._children[key]

    def text(self, served: Served | None) -> bytes:
        """Return the exposition format."""
        now = CollectorRegistry()  # of this moment: a gauge cannot forget a version in Prometheus' multi-process mode
        info = Gauge(
            "vaegis_model_info",
            "1 for the version that is served.",
            ("model", "version", "content_digest"),
            registry=now,
        )
        if served is not None:
            info.labels(served.model, served.version, served.scorer.content_digest).set(1)
        return generate_latest(self._registry) + generate_latest(now)
