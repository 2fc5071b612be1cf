"""Run the server until it is told to stop; requests under way are answered first."""

import gc
import logging
import socket
from typing import Final, Literal, TypeAlias

import uvicorn
from starlette.types import ASGIApp

from vaegis.errors import ServiceError

_BACKLOG: Final = 2_048
_GRACE_SECONDS: Final = 20
Websockets: TypeAlias = Literal["none", "websockets-sansio"]


def run(app: ASGIApp, listener: socket.socket, websockets: Websockets = "none") -> None:
    """Serve until SIGINT or SIGTERM; what is served, and why not, is said on stderr."""
    speak()
    gc.freeze()  # what was imported stays: no collection during a request has to look at it
    make_server(app, websockets).run(sockets=[listener])


def speak() -> None:
    """Say on stderr what is served, and why not."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("vaegis").setLevel(logging.INFO)


def address_of(listener: socket.socket) -> str:
    """Return the URL that it listens on."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound; port 0 is a free one.

    Raises:
        ServiceError: the address is taken or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)  # at once: two sockets may be bound to one address until one of them listens
    except OSError as error:
        listener.close()
        raise ServiceError(f"cannot listen on {host}:{port} ({error.strerror})", where="--host, --port") from None
    return listener


def make_server(app: ASGIApp, websockets: Websockets = "none") -> uvicorn.Server:
    """Return a server of one process: a model of this size is scored faster than a second process answers."""
    settings = uvicorn.Config(
        app,
        ws=websockets,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(settings)
