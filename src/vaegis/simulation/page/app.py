"""The page as an application: for this machine alone, and with nothing from elsewhere."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit.starlette import App
from streamlit.web.bootstrap import load_config_options

from vaegis.simulation.studio import Studio

HOSTS: Final = ("127.0.0.1", "localhost")
SETTINGS: Final = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    "client.allowedOrigins": [],
    "global.developmentMode": False,
    "logger.hideWelcomeMessage": True,
    "logger.level": "warning",
    "runner.magicEnabled": False,
    "server.allowedHosts": [*HOSTS],
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 1,
    "server.showEmailPrompt": False,
    "theme.metricValueFontSize": "1.4rem",
    "theme.paddingTop": "2.5rem",
    "theme.dark.primaryColor": "#4fc4bb",
    "theme.light.primaryColor": "#0b7a75",
}
"""What the user's own config.toml or environment may say otherwise is overruled."""
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'"
)
"""Charts compile their expressions, so `unsafe-eval` stands; nothing may come from or go to another address."""


@cache
def place() -> list[Studio]:
    """Return where the page finds what it works with: opened once, by the command, for all who visit."""
    return []


def make_app(studio: Studio, hosts: Sequence[str] = HOSTS) -> ASGIApp:
    """Return the application; it answers under its own names and to its own pages alone."""
    load_config_options(SETTINGS)
    place()[:] = [studio]
    app: ASGIApp = App(Path(__file__).with_name("script.py"), middleware=[Middleware(Guard, hosts=hosts)])
    return app


class Guard:
    """Refuses other names, to which another site may have led a browser, and pages of other addresses.

    Streamlit holds only its socket to names, lets pages of any port of this machine in, and for the others asks a
    server elsewhere for this machine's address; so they do not get that far.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app, self._hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""

        async def confined(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["content-security-policy"] = _POLICY
            await send(message)

        if scope["type"] not in ("http", "websocket") or self._admits(Headers(scope=scope)):
            await self._app(scope, receive, confined)
        elif scope["type"] == "http":
            await PlainTextResponse("Not this page's address", status_code=400)(scope, receive, send)
        else:
            await WebSocket(scope, receive, send).close()

    def _admits(self, headers: Headers) -> bool:
        host = headers.get("host", "")
        return host.partition(":")[0] in self._hosts and headers.get("origin", f"http://{host}") == f"http://{host}"
