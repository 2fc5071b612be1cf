import asyncio

import pytest
from streamlit import config

from vaegis.simulation.page.app import HOSTS, SETTINGS, Guard, make_app, place


@pytest.fixture
def settings():
    """Leave streamlit's own settings to the next test."""
    yield
    config.get_config_options(force_reparse=True)
    place().clear()


def test_nothing_is_told_to_anybody_and_nobody_else_is_let_in(studio, settings, monkeypatch):
    monkeypatch.setenv("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "true")
    make_app(studio)
    assert place() == [studio]
    for name, value in SETTINGS.items():
        assert config.get_option(name) == value, name


async def page(scope, receive, send):
    await send({"type": f"{scope['type']}.response.start", "status": 200, "headers": []})


def asked(kind, **headers):
    """Return what a guarded page sends first to who asks with these headers."""
    sent = []
    scope = {"type": kind, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(Guard(page, HOSTS)(scope, receive, send))
    return sent[0]


OWN, OTHER = "127.0.0.1:8090", "evil.example"


@pytest.mark.parametrize(
    "headers", [{"host": OWN}, {"host": "localhost:1"}, {"host": OWN, "origin": f"http://{OWN}"}, {"host": "localhost"}]
)
def test_its_own_page_is_let_in_and_told_to_load_nothing_from_elsewhere(headers):
    answer = asked("http", **headers)
    assert answer["status"] == 200
    assert dict(answer["headers"])[b"content-security-policy"].startswith(b"default-src 'self'; ")
    assert asked("websocket", **headers)["type"] == "websocket.response.start"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": OTHER},
        {"host": f"{OTHER}:8090", "origin": f"http://{OTHER}:8090"},
        {"host": OWN, "origin": f"http://{OTHER}"},
        {"host": OWN, "origin": "http://127.0.0.1:3000"},
        {"host": OWN, "origin": "null"},
        {},
    ],
)
def test_other_names_and_pages_of_other_addresses_are_refused(headers):
    assert asked("http", **headers)["status"] == 400
    assert asked("websocket", **headers)["type"] == "websocket.close"
