"""What the server tells Prometheus."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate
from threading import Lock
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from vaegis.serving.current import Served

_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_BUCKETS: Final = (*map(str, _SECONDS), "+Inf")


class Measures:
    """Counters of one server.

    Plain numbers, not the library's metrics: where the environment names a folder for Prometheus' multi-process mode,
    as Feast's import does, those are shared by all that have a name in common.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, ...]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(_BUCKETS))
        self._rows: Counter[tuple[str, ...]] = Counter()
        self._flagged: Counter[tuple[str, ...]] = Counter({(): 0})
        self._refreshes: Counter[tuple[str, ...]] = Counter()

    def answered(self, task: str, status: int, seconds: float, rows: int = 0, flagged: int = 0) -> None:
        """Count a request, and the rows that it was answered for."""
        with self._lock:
            self._requests[task, str(status)] += 1
            if rows:
                self._rows[task,] += rows
                self._flagged[()] += flagged
            self._seconds[task] += seconds
            self._buckets[task][bisect_left(_SECONDS, seconds)] += 1

    def refreshed(self, outcome: str) -> None:
        """Count a look at the registry."""
        with self._lock:
            self._refreshes[outcome,] += 1

    def text(self, served: Served | None) -> bytes:
        """Return the exposition format."""
        with self._lock:
            families = [*self._families(), _info(served)]
        registry = CollectorRegistry()
        registry.register(_Moment(families))
        return generate_latest(registry)

    def _families(self) -> Iterator[Metric]:
        yield _counter("vaegis_requests", "Requests.", ("task", "status"), self._requests)
        histogram = HistogramMetricFamily(
            "vaegis_request_seconds", "From the body's arrival to the answer.", labels=("task",)
        )
        for task, counts in self._buckets.items():
            upto = zip(_BUCKETS, accumulate(counts), strict=True)
            histogram.add_metric((task,), [*upto], self._seconds[task])
        yield histogram
        yield _counter("vaegis_rows", "Rows answered for.", ("task",), self._rows)
        yield _counter("vaegis_flagged_rows", "Rows flagged as anomalous.", (), self._flagged)
        yield _counter("vaegis_refreshes", "Looks at the registry.", ("outcome",), self._refreshes)


class _Moment(Collector):
    """What was counted up to one moment."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _counter(name: str, about: str, labels: tuple[str, ...], counts: Mapping[tuple[str, ...], int]) -> Metric:
    family = CounterMetricFamily(name, about, labels=labels)
    for values, count in counts.items():
        family.add_metric(values, count)
    return family


def _info(served: Served | None) -> Metric:
    labels = ("model", "version", "content_digest")
    family = GaugeMetricFamily("vaegis_model_info", "1 for the version that is served.", labels=labels)
    if served is not None:
        family.add_metric((served.model, served.version, served.scorer.content_digest), 1)
    return family
