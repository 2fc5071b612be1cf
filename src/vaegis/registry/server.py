"""`mlflow server --app-name vaegis`: MLflow's own server and logins, refusing what no promotion authorised."""

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from vaegis.errors import ConfigError, VaegisError
from vaegis.registry.ledger import Ledger
from vaegis.registry.protection import granting
from vaegis.registry.requests import Grant, Refusal, action, judge_request, parse_body

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

AUTH: Final = "VAEGIS_SERVER_AUTH"
_MAX_BODY: Final = 1 << 20
"""Bytes of JSON that a guarded request may have; MLflow's own are a few hundred."""


class Guard:
    """ASGI middleware: reads guarded requests before the application does, and passes everything else untouched."""

    def __init__(self, app: App, uri: str) -> None:
        """Stand before `app`, whose registry is the database at `uri`."""
        self.app, self.uri = app, uri

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        doing = action(scope.get("method", ""), scope.get("path", "")) if scope["type"] == "http" else ""
        if not doing:
            await self.app(scope, receive, send)
            return
        body = b"" if doing == "artifact" else await _read(receive)
        answer = await run_in_threadpool(self._judge, doing, scope["path"], body)
        if isinstance(answer, Refusal):
            await _answer(send, answer)
            return
        again = receive if doing == "artifact" else _replay(body, receive)
        if answer is None:
            await self.app(scope, again, send)
            return
        grant = granting(self.uri, answer.model, answer.alias, answer.version)
        await run_in_threadpool(grant.__enter__)
        try:
            await self.app(scope, again, send)
        finally:
            await run_in_threadpool(grant.__exit__, None, None, None)

    def _judge(self, doing: str, path: str, body: bytes) -> Grant | Refusal | None:
        said = parse_body(body) if len(body) <= _MAX_BODY else None
        if said is None:
            return Refusal(400, "vaegis: the request is no JSON object, or too long")
        try:
            return judge_request(Ledger.read(self.uri), doing, path, said)
        except VaegisError as error:
            # Fail closed: without a log that can be trusted nothing protected is changed.
            return Refusal(503, f"vaegis: {error}")


def create_app() -> Guard:
    """Make the server's application over MLflow's basic-auth; uvicorn calls it in each worker.

    VAEGIS_SERVER_AUTH=none leaves logins to a proxy in front. MLflow's `auth` extra brings what basic-auth needs.
    """
    # MLflow reads its environment when these are imported.
    from mlflow.server.constants import (  # noqa: PLC0415
        BACKEND_STORE_URI_ENV_VAR,
        REGISTRY_STORE_URI_ENV_VAR,
    )

    wanted = os.environ.get(AUTH, "").strip() or "basic"
    if wanted not in AUTHS:
        raise ConfigError(f"{AUTH} is {wanted!r}", allowed=", ".join(AUTHS), where=f"the environment: {AUTH}")
    uri = os.environ.get(REGISTRY_STORE_URI_ENV_VAR) or os.environ[BACKEND_STORE_URI_ENV_VAR]
    return Guard(AUTHS[wanted](), uri)


def _basic() -> App:
    from mlflow.server import auth  # noqa: PLC0415

    app: App = auth.create_app()
    return app


def _none() -> App:
    from mlflow.server.fastapi_app import app  # noqa: PLC0415

    plain: App = app
    return plain


AUTHS: Final[dict[str, Callable[[], App]]] = {"basic": _basic, "none": _none}


async def _read(receive: Receive) -> bytes:
    body = b""
    while len(body) <= _MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            break
    return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once more, then whatever comes."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


async def _answer(send: Send, refusal: Refusal) -> None:
    code = "PERMISSION_DENIED" if refusal.status == 403 else "BAD_REQUEST"
    content = json.dumps({"error_code": code, "message": refusal.reason}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
