import importlib.util
import shlex
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.errors import ConfigError, ServiceError

_FILE = Path(__file__).parents[2] / "fixtures" / "simulated_world.py"
_SPEC = importlib.util.spec_from_file_location("simulated_world", _FILE)
_WORLD = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_WORLD)

OPTIONS = ("--model", "bundle", "--source", "rows.parquet")
LINKS = {
    "kind=population&hold=unit%3Da&hold=x%3D1": ("x = 1 stands for all from", "--hold unit=a --hold x=1 "),
    "kind=sweep&sweep=x%3D-1:1:3&sweep=unit%3Dall&rows=20": ("shaded: 95 % of rows", "--sweep unit=all --rows 20"),
    "kind=row&row=3&hold=x%3D1&free=y&free=unit&rows=50": ("observed", "--row 3 --free y --free unit"),
    "kind=walk&walk=z_0&walk=z_1": ("along the latent", "--walk z_0 --walk z_1"),
    "kind=stress&stress=0.1&rows=20": ("Look at", "--stress 0.1 --rows 20"),
}
CHARTS = "document.querySelectorAll('[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg').length"
KEEP = "[...document.querySelectorAll('button')].find((one) => one.innerText.includes('Parquet')).click()"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Stand in a folder with a small model and real rows."""
    monkeypatch.chdir(tmp_path)
    _WORLD.fit(20).save(tmp_path / "bundle")
    _WORLD.make_rows(50).to_parquet("rows.parquet")
    return tmp_path


@pytest.mark.slow
def test_a_browser_shows_each_kind_and_asks_nobody_else(small, listening, tab):
    process, server = listening("studio", *OPTIONS, "--port", "0")
    address = f"http://127.0.0.1:{server.port}"
    for link, texts in LINKS.items():
        said = tab.open(f"{address}/?{link}", *texts, "Rows as Parquet")
        assert "pass hard rules" in said
        assert tab.wait(lambda: tab.look(CHARTS)) >= 1
    assert "there is no column 'speed'; allowed: unit, x, y, w" in tab.open(f"{address}/?hold=speed%3D1", "speed")
    assert tab.complaints == []
    foreign = [url for url in tab.asked if not url.startswith((f"{address}/", "data:", "blob:"))]
    assert foreign == []
    tab.open(f"{address}/?kind=population&hold=unit%3Da&rows=30", "--rows 30")
    tab.look(KEEP)
    kept = tab.wait(lambda: [*small.glob("downloads/*.parquet")])[0]
    words = ["simulate", "--hold", "unit=a", "--rows", "30", *OPTIONS, "--output", "same.parquet"]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert kept.read_bytes() == Path("same.parquet").read_bytes()
    process.send_signal(signal.SIGINT)  # while the browser still looks
    assert (process.wait(timeout=30), process.stderr.read()) == (0, "")


@pytest.mark.slow
def test_it_answers_under_its_own_name_alone(small, listening):
    _, server = listening("studio", *OPTIONS, "--port", "0")
    with closing(server):
        server.request("GET", "/")
        page = server.getresponse()
        assert b"<title>Streamlit</title>" in page.read()
        assert page.headers["content-security-policy"].startswith("default-src 'self'; ")
        server.request("GET", "/_stcore/stream", headers={"host": "evil.example"})
        refused = server.getresponse()
        assert (refused.status, refused.read()) == (400, b"Not this page's address")


def test_a_port_that_is_taken_is_said(here, vaegis):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServiceError, match="cannot listen on"):
        vaegis("studio", "--model", "bundle", "--port", str(taken.getsockname()[1]))


def test_a_model_without_a_generator_is_said(here, vaegis):
    with pytest.raises(ConfigError, match="this model has no generator"):
        vaegis("studio", "--model", "bundle", "--port", "0")


def test_a_missing_package_is_said(here, vaegis, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("vaegis.simulation.page")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "streamlit.starlette", None)
    with pytest.raises(ConfigError, match=r"streamlit.* is not installed; change: pip install 'vaegis\[studio\]'"):
        vaegis("studio", "--model", "bundle", "--port", "0")


def test_the_command_names_what_is_not_usual():
    from vaegis import paths
    from vaegis.cli.studio import _options

    assert _options("", paths.CLEAN_ROWS, paths.RULES) == []
    told = _options("my model", Path("rows.parquet"), paths.RULES)
    assert shlex.join(told) == "--model 'my model' --source rows.parquet"
