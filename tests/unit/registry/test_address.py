import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from vaegis.errors import ConfigError, ServiceError
from vaegis.registry.address import chosen_address, preflight, project_root, tracking_uri, without_credentials


@pytest.fixture
def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


@pytest.fixture
def answering() -> Iterator[tuple[HTTPServer, str]]:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(self.server.status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Health)
    server.status = 200
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_dead_server_is_one_line_in_seconds_without_the_password(dead_port: int) -> None:
    start = time.monotonic()
    with pytest.raises(ServiceError) as caught:
        preflight(f"http://ann:secret@127.0.0.1:{dead_port}")
    assert time.monotonic() - start < 5
    line = str(caught.value)
    assert f"http://127.0.0.1:{dead_port} does not answer" in line
    assert "MLFLOW_TRACKING_URI" in line
    assert "secret" not in line
    assert "\n" not in line


def test_a_server_that_never_answers_is_given_up(silent_port: int) -> None:
    start = time.monotonic()
    with pytest.raises(ServiceError, match="timed out"):
        preflight(f"http://127.0.0.1:{silent_port}")
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(("status", "alive"), [(200, True), (401, True), (503, False)])
def test_a_server_is_there_unless_it_fails(answering: tuple[HTTPServer, str], status: int, alive: bool) -> None:
    server, uri = answering
    server.status = status
    if alive:
        preflight(uri)
    else:
        with pytest.raises(ServiceError, match="HTTP 503"):
            preflight(uri)


def test_a_dead_database_server_is_named_without_the_password(dead_port: int) -> None:
    with pytest.raises(ServiceError, match=f"postgresql://127.0.0.1:{dead_port}/mlflow does not answer"):
        preflight(f"postgresql://ann:secret@127.0.0.1:{dead_port}/mlflow")


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match="cannot be written"):
        preflight(f"sqlite:///{tmp_path}/file/mlruns/mlflow.db")


def test_many_may_look_at_a_folder_at_once_and_leave_nothing(tmp_path: Path) -> None:
    def look() -> None:
        for _ in range(100):
            preflight(f"sqlite:///{tmp_path}/mlflow.db")

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(look) for _ in range(8)]:
            done.result()
    assert not [*tmp_path.iterdir()]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ServiceError, match="cannot be written"):
        preflight(f"sqlite:///{tmp_path}/mlflow.db")


def test_the_default_is_the_projects_own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    assert tracking_uri() == f"sqlite:///{tmp_path.resolve()}/mlruns/mlflow.db"


def test_a_linked_mlruns_is_addressed_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    workspace = tmp_path / "workspaces/fast"
    workspace.mkdir(parents=True)
    (tmp_path / "mlruns").mkdir()
    (workspace / "mlruns").symlink_to("../../mlruns", target_is_directory=True)
    monkeypatch.chdir(workspace)
    assert tracking_uri() == f"sqlite:///{tmp_path.resolve()}/mlruns/mlflow.db"


def test_a_queued_experiment_tracks_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / ".dvc/tmp/exps/standalone/tmpabc"
    copy.mkdir(parents=True)
    monkeypatch.chdir(copy)
    assert project_root() == tmp_path.resolve()


@pytest.mark.parametrize("uri", ["mlruns", "file:///tmp/mlruns", "./mlruns"])
def test_plain_folders_are_refused(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    with pytest.raises(ConfigError, match="allowed: sqlite"):
        tracking_uri()


def test_credentials_are_stripped() -> None:
    assert without_credentials("https://ann:secret@host:5000/base?token=x#y") == "https://host:5000/base"


def test_no_address_is_the_champion_of_params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("register: {model: mine}\n")
    assert chosen_address("") == "models:/mine@champion"
    assert chosen_address("models/candidate") == "models/candidate"
