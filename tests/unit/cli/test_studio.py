import importlib.util
import json
import socket
from contextlib import closing
from pathlib import Path

import pytest

from vaegis.errors import ConfigError, ServiceError

_FILE = Path(__file__).parents[2] / "fixtures" / "simulated_world.py"
_SPEC = importlib.util.spec_from_file_location("simulated_world", _FILE)
_WORLD = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_WORLD)


@pytest.mark.slow
def test_the_page_stands_on_this_machine_alone_until_it_is_ended(tmp_path, monkeypatch, listening):
    monkeypatch.chdir(tmp_path)
    _WORLD.fit(20).save(tmp_path / "bundle")
    _WORLD.make_rows(50).to_parquet("rows.parquet")
    _, server = listening("studio", "--model", "bundle", "--source", "rows.parquet", "--port", "0")
    with closing(server):
        server.request("GET", "/")
        page = server.getresponse()
        assert b"<title>Scenarios</title>" in page.read()
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        server.request("GET", "/about")
        assert json.loads(server.getresponse().read())["has_rows"]


def test_a_port_that_is_taken_is_said(here, vaegis):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServiceError, match="cannot listen on"):
        vaegis("studio", "--model", "bundle", "--port", str(taken.getsockname()[1]))


def test_a_model_without_a_generator_is_said(here, vaegis):
    with pytest.raises(ConfigError, match="this model has no generator"):
        vaegis("studio", "--model", "bundle", "--port", "0")
