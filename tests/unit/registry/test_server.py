"""The guarded server as it runs: MLflow's command, MLflow's client, real requests, a real database."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from vaegis.errors import RefusedError
from vaegis.registry.server import Guard

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = secrets.token_urlsafe(12)


class Guarded:
    """A server before a shelf's database."""

    def __init__(self, shelf, auth: str) -> None:
        self.shelf, self.auth = shelf, auth
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self.port}"
        entry = shelf.root / "plugin/vaegis_test.dist-info"
        entry.mkdir(parents=True)
        (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: vaegis-test\nVersion: 0\n")
        (entry / "entry_points.txt").write_text("[mlflow.app]\nvaegis-here = vaegis.registry.server:create_app\n")
        paths = [str(entry.parent), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "VAEGIS_SERVER_AUTH": auth,
            "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(16),
            "MLFLOW_AUTH_ADMIN_PASSWORD": PASSWORD,
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            "PYTHONWARNINGS": "ignore",
        }

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "mlflow", "server", "--app-name", "vaegis-here", "--workers", "1"]
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--backend-store-uri", self.shelf.uri]
        stored = ["--artifacts-destination", str(self.shelf.root / "mlruns/artifacts"), "--serve-artifacts"]
        log = (self.shelf.root / "server.log").open("wb")
        process = subprocess.Popen(
            [*command, *place, *stored], cwd=self.shelf.root, env=self.environment, stdout=log, stderr=log
        )
        log.close()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.uri}/health", timeout=2).close()  # noqa: S310 - our own server
            except OSError:
                time.sleep(0.3)
            else:
                return process
        process.kill()
        pytest.fail((self.shelf.root / "server.log").read_text()[-3000:])

    def send(self, method: str, path: str, body: bytes = b"{}", *, login: bool = True) -> tuple[int, str]:
        request = urllib.request.Request(f"{self.uri}{path}", data=body, method=method)  # noqa: S310 - our own
        request.add_header("Content-Type", "application/json")
        if login and self.auth == "basic":
            import base64

            request.add_header("Authorization", "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture(params=["none", "basic"])
def guarded(request: pytest.FixtureRequest, shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guarded]:
    one, two = shelf.add(1), shelf.add(2)
    shelf.promote(one)
    server = Guarded(shelf, request.param)
    process = server.start()
    monkeypatch.setenv("VAEGIS_AUDIT_LOG", str(shelf.root / "mlruns/audit/log.jsonl"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    if request.param == "basic":
        monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "admin")
        monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    assert two == "2"
    yield server
    process.terminate()
    process.wait(30)


ROGUE = [
    ("POST", "/api/2.0/mlflow/registered-models/alias", {"name": "machines", "alias": "champion", "version": "2"}),
    ("POST", "/ajax-api/2.0/mlflow/registered-models/alias", {"name": "machines", "alias": "champion", "version": "2"}),
    ("POST", "/api/2.0/mlflow/registered-models/alias", {"name": "machines", "alias": "previous", "version": "2"}),
    ("DELETE", "/api/2.0/mlflow/registered-models/alias", {"name": "machines", "alias": "champion"}),
    ("DELETE", "/api/2.0/mlflow/model-versions/delete", {"name": "machines", "version": "1"}),
    ("DELETE", "/api/2.0/mlflow/registered-models/delete", {"name": "machines"}),
    ("POST", "/api/2.0/mlflow/registered-models/rename", {"name": "machines", "new_name": "x"}),
    (
        "POST",
        "/api/2.0/mlflow/model-versions/set-tag",
        {"name": "machines", "version": "1", "key": "vaegis.content_digest", "value": "evil"},
    ),
    ("PUT", "/api/2.0/mlflow-artifacts/artifacts/models/m-1/artifacts/artifacts/bundle/weights.json", {}),
    ("PUT", "/ajax-api/2.0/mlflow-artifacts/artifacts/models/m-1/artifacts/extra.bin", {}),
    ("PUT", "/api/2.0/mlflow-artifacts/artifacts/models/m%2D1/artifacts/extra.bin", {}),
    ("DELETE", "/api/2.0/mlflow-artifacts/artifacts/models/m-1/artifacts/MLmodel", {}),
    ("DELETE", "/api/2.0/mlflow-artifacts/artifacts/models", {}),
    ("POST", "/api/2.0/mlflow-artifacts/mpu/create/models/m-1/artifacts/MLmodel", {}),
]


@pytest.mark.slow
def test_the_guarded_server(guarded: Guarded) -> None:
    """One server for all: it takes seconds to start."""
    shelf = guarded.shelf
    before = {path: path.read_bytes() for path in shelf.files("1").rglob("*") if path.is_file()}
    for method, path, said in ROGUE:
        status, text = guarded.send(method, path, json.dumps(said).encode())
        assert (status, "vaegis: " in text) == (403, True), (method, path, status, text)
    twice = json.dumps(json.dumps({"name": "machines", "alias": "champion", "version": "2"})).encode()
    assert guarded.send("POST", "/api/2.0/mlflow/registered-models/alias", twice)[0] == 403
    assert guarded.send("POST", "/api/2.0/mlflow/registered-models/alias", b"[1]")[0] == 400
    assert shelf.aliases == {"champion": "1"}
    assert {path: path.read_bytes() for path in shelf.files("1").rglob("*") if path.is_file()} == before
    _ordinary_calls(guarded)
    _promote_through_it(guarded)
    if guarded.auth == "basic":
        assert guarded.send("GET", "/api/2.0/mlflow/registered-models/search?max_results=1", login=False)[0] == 401


def _ordinary_calls(guarded: Guarded) -> None:
    """Whatever else MLflow's client does goes through."""
    client = MlflowClient(guarded.uri, registry_uri=guarded.uri)
    experiment = client.create_experiment("ordinary")
    run = client.create_run(experiment).info.run_id
    client.log_param(run, "p", 1)
    client.log_metric(run, "m", 0.5)
    client.log_text(run, "hello", "note.txt")
    assert "note.txt" in [item.path for item in client.list_artifacts(run)]
    client.set_terminated(run)
    client.create_registered_model("others")
    client.create_model_version("others", f"runs:/{run}/model", run_id=run)
    client.set_registered_model_alias("others", "challenger", "1")
    client.set_registered_model_alias("machines", "challenger", "2")
    assert client.get_model_version_by_alias("machines", "champion").version in (1, "1")
    client.set_model_version_tag("machines", "1", "note", "seen")
    client.update_model_version("machines", "1", "described")
    client.delete_registered_model_alias("others", "challenger")
    client.delete_model_version("others", "1")
    client.delete_registered_model("others")
    assert guarded.send("PUT", "/api/2.0/mlflow-artifacts/artifacts/elsewhere/file.bin", b"bytes")[0] == 200
    assert (guarded.shelf.root / "mlruns/artifacts/elsewhere/file.bin").read_bytes() == b"bytes"
    with pytest.raises(MlflowException, match="moved by a promotion only"):
        client.set_registered_model_alias("machines", "champion", "2")


def _promote_through_it(guarded: Guarded) -> None:
    """A promotion announces itself in the log and then passes, even where the database is protected too."""
    from vaegis.registry.bench import recheck
    from vaegis.registry.ledger import Ledger
    from vaegis.registry.protection import protect
    from vaegis.registry.tracking import connect
    from vaegis.registry.transaction import transact

    shelf = guarded.shelf
    protect(shelf.uri)
    move = shelf.move("2")
    client = connect(guarded.uri)
    transact(guarded.uri, move, lambda ledger: recheck(guarded.uri, client, ledger, move))
    assert shelf.aliases == {"challenger": "2", "champion": "2", "previous": "1"}
    assert Ledger.read(guarded.uri).lawful("machines", "champion") == "2"
    with pytest.raises(RefusedError, match="by now"):
        transact(guarded.uri, move, lambda ledger: recheck(guarded.uri, client, ledger, move))


def test_what_is_no_request_passes() -> None:
    import asyncio

    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope["type"])

    asyncio.run(Guard(app, "sqlite:///nowhere.db")({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]


def test_an_edited_log_closes_what_is_guarded(shelf) -> None:
    one = shelf.add(1)
    log = shelf.root / "mlruns/audit/log.jsonl"
    log.write_bytes(log.read_bytes().replace(b"rows", b"ROWS"))
    refusal = Guard(None, shelf.uri)._judge(
        "delete version", "", json.dumps({"name": "machines", "version": one}).encode()
    )
    assert refusal.status == 503
    assert "audit log, entry 1" in refusal.reason
