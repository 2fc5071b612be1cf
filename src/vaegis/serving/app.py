"""The server: rows in, answers out, each with the version that gave it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from vaegis.errors import ConfigError, DataError, ServiceError, VaegisError
from vaegis.serving.answers import TASKS, read_settings
from vaegis.serving.current import Current, Served
from vaegis.serving.limits import Limits
from vaegis.serving.measures import Measures
from vaegis.serving.rows import Rows, read_arrow, read_records

_LOG: Final = logging.getLogger(__name__)
ARROW: Final = "application/vnd.apache.arrow.stream"
_INLINE: Final = 16_384
"""Bytes of a body that is answered at once: a thread costs more than a few rows do."""
_STATUS: Final[dict[type[VaegisError], int]] = {ConfigError: 400, DataError: 422, ServiceError: 503}
_OUR_MISTAKE: Final = "the server failed on this request; its log says how"


class TooLongError(DataError):
    """The body is longer than a request may be."""


def make_app(current: Current, limits: Limits, refresh_seconds: float) -> Starlette:
    """Return the application; while it runs, the source is asked every `refresh_seconds` (0: `current` stays)."""
    measures = Measures()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        watch = asyncio.create_task(_watch(current, measures, refresh_seconds))
        yield
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch

    routes = [
        *(Route(f"/{task}", _Task(task, current, limits, measures), methods=["POST"]) for task in TASKS),
        Route("/", _about(current, limits)),
        Route("/livez", _alive),
        Route("/readyz", _ready(current)),
        Route("/metrics", _metrics(current, measures)),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _watch(current: Current, measures: Measures, refresh_seconds: float) -> None:
    while refresh_seconds:
        outcome = await run_in_threadpool(current.refresh)
        measures.refreshed(outcome)
        await asyncio.sleep(refresh_seconds)


async def _alive(request: Request) -> Response:
    """Answer while the process does: nothing is asked of the model."""
    del request
    return Response(b"alive\n", media_type="text/plain")


def _ready(current: Current) -> Callable[[Request], Any]:
    async def ready(request: Request) -> Response:
        del request
        refusal = current.refusal
        return _json({"ready": not refusal, "reason": refusal}, 503 if refusal else 200)

    return ready


def _metrics(current: Current, measures: Measures) -> Callable[[Request], Any]:
    async def metrics(request: Request) -> Response:
        del request
        served = None if current.refusal else current.take()
        return Response(measures.text(served), media_type="text/plain; version=0.0.4")

    return metrics


def _about(current: Current, limits: Limits) -> Callable[[Request], Any]:
    bounds = {name: getattr(limits, name) for name in limits.__slots__}

    async def about(request: Request) -> Response:
        del request
        try:
            served = current.take()
        except ServiceError as error:
            return _json({"error": str(error)}, 503)
        columns = [{"name": column.name, "dtype": column.dtype} for column in served.scorer.transform.columns]
        return _json({**_names(served), "score_mode": served.scorer.score_mode, "columns": columns, "limits": bounds})

    return about


class _Task:
    """Answers the requests of one task.

    Plain ASGI: objects for the request and for the answer, and a timer that nothing waits for, were a tenth of the time
    of a single row.
    """

    def __init__(self, name: str, current: Current, limits: Limits, measures: Measures) -> None:
        self._name, self._current, self._limits, self._measures = name, current, limits, measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said: dict[str, Any] = {}
        status, version, rows, start = 200, "", 0, time.perf_counter()
        try:
            body = await _body(receive, self._limits)
            start = time.perf_counter()
            served = self._current.take()  # once: the answer names the version that gave it
            version = served.version
            kind = _content_type(scope)
            query = dict(parse_qsl(scope["query_string"].decode("latin-1"))) if kind == ARROW else {}
            work = (self._name, served, kind, query, body, self._limits)
            said, rows = _work(*work) if len(body) <= _INLINE else await run_in_threadpool(_work, *work)
            content = orjson.dumps(said)
        except Exception as error:  # noqa: BLE001 - a mistake of ours, too, is counted and has an answer
            status, rows, said = _refusal(error), 0, {}
            content = orjson.dumps({"error": str(error) if isinstance(error, VaegisError) else _OUR_MISTAKE})
        taken = time.perf_counter() - start
        self._measures.answered(self._name, status, taken, rows, sum(said["flag"]) if "flag" in said else 0)
        headers = [(b"content-length", b"%d" % len(content)), (b"content-type", b"application/json")]
        headers += [(b"x-model-version", version.encode())] if version else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


def _refusal(error: Exception) -> int:
    """Return the status; what we did not foresee is told in the log, not to the client."""
    if not isinstance(error, VaegisError):
        _LOG.error("a request failed", exc_info=error)
        return 500
    return 413 if isinstance(error, TooLongError) else _STATUS.get(type(error), 500)


def _content_type(scope: Scope) -> str:
    said = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return str(said.decode("latin-1")).partition(";")[0].strip()


def _work(
    task: str, served: Served, kind: str, query: dict[str, str], body: bytes, limits: Limits
) -> tuple[dict[str, Any], int]:
    """Return the answer, and for how many rows it is."""
    rows, settings = _read(served, kind, query, body, limits)
    return {**_names(served), **TASKS[task](served.scorer, rows, settings)}, rows.count


def _read(served: Served, kind: str, query: dict[str, str], body: bytes, limits: Limits) -> tuple[Rows, dict[str, Any]]:
    if kind == ARROW:
        try:
            said = {name: orjson.loads(value) for name, value in query.items()}
        except orjson.JSONDecodeError:
            raise ConfigError("a query parameter is no number", where="the request's address") from None
        return read_arrow(body, served.scorer, limits), read_settings(said, limits)
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise DataError(f"the body is no JSON ({error})", allowed=f"JSON, or {ARROW}", where="the request") from None
    if not isinstance(said, dict):
        raise DataError("the body is no object", allowed='{"rows": [...]}', where="the request")
    return read_records(said.pop("rows", None), served.scorer, limits), read_settings(said, limits)


async def _body(receive: Receive, limits: Limits) -> bytes:
    """Return the body, or refuse it as soon as it is too long or too slow."""
    body, loop = bytearray(), asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as deadline:
            # Runs only if there is something to wait for: most bodies are here already.
            waits = loop.call_soon(lambda: deadline.reschedule(loop.time() + limits.max_seconds))
            try:
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise DataError("the client left before its body had arrived")
                    body += message.get("body", b"")
                    if len(body) > limits.max_bytes:
                        what = f"the body is longer than {limits.max_bytes} bytes"
                        raise TooLongError(what, where="the request, or --max-bytes")
                    if not message.get("more_body", False):
                        return bytes(body)
            finally:
                waits.cancel()
    except TimeoutError:
        raise DataError(f"the body took longer than {limits.max_seconds:g} s", where="the request") from None


def _names(served: Served) -> dict[str, str]:
    return {"model": served.model, "version": served.version, "content_digest": served.scorer.content_digest}


def _json(said: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(said), status, media_type="application/json")
