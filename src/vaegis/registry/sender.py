"""Stream training metrics to MLflow from a thread of its own, so that training never waits and never fails for it."""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Protocol

from vaegis.registry.address import database_file, preflight, tracking_uri
from vaegis.registry.names import FAILED, FINISHED, KILLED

_LOG: Final = logging.getLogger(__name__)
_BATCH: Final = 500
_PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between attempts while the server does not answer."""

Point = tuple[int, int, dict[str, float]]
"""Time (ms since 1970), step, metrics."""


class Connection(Protocol):
    """The run in MLflow."""

    def send(self, points: list[Point]) -> None:
        """Log points; repeating the same ones changes nothing."""
        ...

    def end(self, status: str) -> None:
        """Say how training ended."""
        ...


class Sink(Protocol):
    """What training asks of a metric sink."""

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        """Take the metrics of a step."""
        ...

    def close(self, status: str = FINISHED) -> None:
        """Deliver what is pending and how training ended, within a bounded time."""
        ...


@contextmanager
def open_sink(stage: str, lineage_key: str) -> Iterator[Sink]:
    """Yield the sink of a training stage; only the first rank of a distributed run sends.

    The run ends as the block does: finished, failed, or killed from the keyboard.

    Raises:
        ServiceError: MLflow does not answer now, before anything is trained. If it goes away later, training goes on.
    """
    sink: Sink = _Silent()
    if _is_first_rank():
        preflight(tracking_uri())
        sink = BackgroundSender(lambda: _connect(stage, lineage_key))
    status = FAILED
    try:
        yield sink
        status = FINISHED
    except KeyboardInterrupt:
        status = KILLED
        raise
    finally:
        sink.close(status)


class BackgroundSender:
    """A metric sink that keeps points in memory until MLflow has them.

    What is still unsent when training ends, stage `register` completes from the history file.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._points: deque[Point] = deque()
        self._news = threading.Event()
        self._closing = threading.Event()
        self._status = FINISHED
        self._warned = False
        self._thread = threading.Thread(target=self._work, name="mlflow-sender", daemon=True)
        self._thread.start()

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        """Take one row of metrics; returns at once."""
        numbers = {name: float(value) for name, value in metrics.items()}
        self._points.append((int(time.time() * 1000), int(step), numbers))
        self._news.set()

    def close(self, status: str = FINISHED, timeout: float = 10.0) -> None:
        """Send what is left and how training ended, for at most `timeout` seconds."""
        self._status = status
        self._closing.set()
        self._news.set()
        self._thread.join(timeout)
        if self._points:
            _LOG.warning("MLflow lacks %d intervals of metrics; stage `register` completes them", len(self._points))

    def _work(self) -> None:
        connection: Connection | None = None
        failures = 0
        while True:
            self._news.wait()
            self._news.clear()
            try:
                connection = connection or self._connect()
                complete = self._closing.is_set()  # asked before draining: nothing is logged once it is set
                self._drain(connection)
                if complete:
                    connection.end(self._status)
                    return
                failures = 0
            except Exception as error:  # noqa: BLE001 - nothing that MLflow does may end training
                self._say_once(error)
                if self._closing.is_set():
                    return
                self._closing.wait(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1
                self._news.set()

    def _drain(self, connection: Connection) -> None:
        while self._points:
            # Indexing, unlike iterating, bears that the training thread appends meanwhile.
            batch = [self._points[index] for index in range(min(len(self._points), _BATCH))]
            connection.send(batch)
            for _ in batch:
                self._points.popleft()

    def _say_once(self, error: Exception) -> None:
        if not self._warned:
            self._warned = True
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            _LOG.warning("training goes on without MLflow for now: %s", reason)


class _Silent:
    """The sink of ranks that do not send."""

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        """Drop the metrics."""

    def close(self, status: str = FINISHED) -> None:
        """Have nothing to deliver."""


def _is_first_rank() -> bool:
    return all(os.environ.get(name, "0") == "0" for name in ("LOCAL_RANK", "RANK", "SLURM_PROCID"))


def _connect(stage: str, lineage_key: str) -> Connection:
    """Open the run of `stage`; imports mlflow, seconds of work that the training thread is spared."""
    uri = tracking_uri()
    if database_file(uri) is None:
        preflight(uri)
    from vaegis.registry.runs import OpenRun, RunName  # noqa: PLC0415
    from vaegis.registry.tracking import connect  # noqa: PLC0415

    return OpenRun.of(connect(uri), RunName.of(stage, lineage_key))
