import json
import threading
import time
from contextlib import closing
from http.client import HTTPConnection

import numpy as np
import pytest

from vaegis.cli.serve import source_of
from vaegis.config.train import TrainConfig
from vaegis.errors import ArtifactError, ConfigError, RefusedError
from vaegis.fitted.export import attach_onnx
from vaegis.registry.revocation import revoke
from vaegis.serving.current import Current
from vaegis.serving.scorer import Scorer

# Where only the extra `serve` is installed, none of these is: nor what mlflow needs beyond mlflow-skinny.
START = """
import sys
for name in (
    "torch", "lightning", "sklearn", "matplotlib", "feast", "great_expectations", "scipy", "onnx", "onnxscript",
    "sqlalchemy", "alembic", "flask", "flask_cors", "graphene", "docker", "huey", "skops", "gunicorn",
):
    sys.modules[name] = None
from vaegis.cli import main
main()
"""
PATIENCE = 120


class Sender:
    """A thread that asks for scores one after the other until it is told to end, and keeps what it was answered."""

    def __init__(self, port, records):
        self.port, self.records = port, records
        self.answers, self.error, self.ended = [], None, threading.Event()
        self.thread = threading.Thread(target=self._send)

    def _send(self):
        bodies = [json.dumps({"rows": rows}) for rows in (self.records[:1], self.records)]  # inline, and by a thread
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
                while not self.ended.is_set():
                    for body in bodies:
                        connection.request("POST", "/score", body, {"content-type": "application/json"})
                        answer = connection.getresponse()
                        self.answers.append((answer.status, answer.headers["x-model-version"], answer.read()))
                    time.sleep(0.01)  # the promotion beside it needs a processor too
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def wait_for(self, version, count=20):
        """Wait until that many answers name the version."""
        deadline = time.monotonic() + PATIENCE
        while sum(named == version for _, named, _ in list(self.answers)) < count:
            assert self.error is None and time.monotonic() < deadline, (self.error, self.answers[-1:])  # noqa: PT018
            time.sleep(0.05)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(PATIENCE)


def wait_until_ready(server):
    deadline = time.monotonic() + PATIENCE
    while True:
        server.request("GET", "/readyz")
        if (said := json.loads(server.getresponse().read()))["ready"]:
            return
        assert time.monotonic() < deadline, said
        time.sleep(0.1)


@pytest.mark.slow
def test_a_folder_is_served_without_torch_until_it_is_ended(here, fitted, listening):
    attach_onnx(fitted, here / "bundle")
    process, server = listening("serve", "bundle", "--port", "0", program=START)
    with closing(server):
        assert process.stderr.readline().startswith("serving bundle version 0, content digest ")
        server.request("GET", "/readyz")
        assert json.loads(server.getresponse().read())["ready"]


@pytest.fixture
def versions(asked_shelf, model_maker, machine_schema, make_machines):
    """Return by version what its bundle scores; both are registered, and version 1 is champion."""
    scorers = {}
    for seed in (1, 2):
        model = model_maker(machine_schema, make_machines(300), TrainConfig(seed=seed, latent_dim=2, hidden=[8]))

        def save(folder, model=model):
            digest = model.save(folder)
            attach_onnx(model, folder)
            return digest

        version = asked_shelf.add_asked(seed, save)
        scorers[version] = Scorer.load(
            asked_shelf.root / f"mlruns/artifacts/models/m-{seed}/artifacts/artifacts/bundle"
        )
    asked_shelf.promote("1")
    return scorers


@pytest.mark.slow
def test_a_new_champion_takes_over_under_load(asked_shelf, versions, make_machines, listening):
    """A registry over HTTP, a server without torch, governed versions: no request fails, none has the wrong name."""
    rows = make_machines(200, seed=3)[versions["1"].features]
    words = ("serve", "models:/machines@champion", "--port", "0", "--refresh", "1")
    _, server = listening(*words, program=START)
    with closing(server):
        wait_until_ready(server)
        with Sender(server.port, json.loads(rows.to_json(orient="records"))) as sender:
            sender.wait_for("1")
            asked_shelf.promote("2")
            sender.wait_for("2")
    assert sender.error is None
    assert {status for status, _, _ in sender.answers} == {200}
    named = [version for _, version, _ in sender.answers]
    assert named == sorted(named), "once the new one answers, the old one does no more"
    meant = {version: scorer.score(rows).to_numpy() for version, scorer in versions.items()}
    assert not np.allclose(meant["1"], meant["2"], rtol=1e-3), "either would pass for the other"
    for _, version, body in set(sender.answers):
        said = json.loads(body)
        assert (said["version"], said["content_digest"]) == (version, versions[version].content_digest)
        np.testing.assert_allclose(said["score"], meant[version][: len(said["score"])], rtol=1e-5)


@pytest.mark.parametrize(
    ("address", "says"), [("nowhere", "nowhere is no folder"), ("bundle", r"bundle version 0 has no model\.onnx")]
)
def test_where_nobody_looks_again_the_first_failure_is_the_end(here, vaegis, address, says):
    with pytest.raises(ArtifactError, match=says):
        vaegis("serve", address, "--port", "0", "--refresh", "0")


@pytest.mark.parametrize("address", ["models:/", "models:/m@", "models:/m/latest", "models:/a/b@champion"])
def test_what_is_no_address_ends_it_at_once(here, vaegis, address):
    with pytest.raises(ConfigError, match=rf"^{address} is no address; allowed: models:/NAME@ALIAS.*; change: MODEL"):
        vaegis("serve", address, "--port", "0")


def test_so_does_an_address_of_mlflow_that_is_none(here, vaegis, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "mlruns")
    with pytest.raises(ConfigError, match="MLFLOW_TRACKING_URI"):
        vaegis("serve", "models:/m@champion", "--port", "0")


def test_a_registry_out_of_reach_is_asked_again(here, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    current = Current(source_of("models:/m@champion"))
    assert [current.refresh(), current.refresh()] == ["kept", "kept"]


def test_a_folder_of_revoked_content_is_refused(champions, vaegis):
    digest = champions.digest("1")
    revoke(digest, "trained on recalled rows")
    folder = champions.files("1") / "artifacts/bundle"
    with pytest.raises(
        RefusedError, match=rf"bundle was revoked by .*: trained on recalled rows \(content {digest[:12]}"
    ):
        vaegis("serve", str(folder), "--refresh", "0")


def test_impossible_limits_are_refused(here, vaegis):
    with pytest.raises(ConfigError, match="max_rows is 0"):
        vaegis("serve", "bundle", "--max-rows", "0")


def test_a_folder_that_is_not_there(here):
    with pytest.raises(ArtifactError, match="absent is no folder"):
        source_of("absent")()
