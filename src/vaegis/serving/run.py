"""Run the server until it is told to stop; requests under way are answered first."""

import gc
import logging
import socket
from typing import Final

import uvicorn
from starlette.applications import Starlette

from vaegis.errors import ServiceError

_LOG: Final = logging.getLogger(__name__)
_GRACE_SECONDS: Final = 20


def run(app: Starlette, host: str, port: int, address: str) -> None:
    """Listen, say where, and serve until SIGINT or SIGTERM.

    Raises:
        ServiceError: the address is taken or not this machine's.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("vaegis").setLevel(logging.INFO)
    listener = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    _LOG.info("%s on http://%s:%d", address, shown, listener.getsockname()[1])
    gc.freeze()  # what was imported stays: no collection during a request has to look at it
    make_server(app).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound; port 0 is a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ServiceError(f"cannot listen on {host}:{port} ({error.strerror})", where="--host, --port") from None
    return listener


def make_server(app: Starlette) -> uvicorn.Server:
    """Return a server of one process: a model of this size is scored faster than a second process answers."""
    settings = uvicorn.Config(
        app,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(settings)
