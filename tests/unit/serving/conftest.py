"""A small model of random weights as a bundle with its ONNX form."""

import importlib.util
from pathlib import Path

import pytest

from vaegis.config.train import TrainConfig

_FILE = Path(__file__).parents[2] / "fixtures" / "registry_project.py"
_SPEC = importlib.util.spec_from_file_location("registry_project", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)


@pytest.fixture(scope="session")
def torch_model(machine_schema, make_machines):
    """Return the model as torch has it."""
    return _MODULE.make_model(machine_schema, make_machines(2_000), TrainConfig(latent_dim=3, hidden=[16, 8]))


@pytest.fixture(scope="session")
def served_bundle(torch_model, tmp_path_factory):
    """Return the folder; all tests share it, so none may change it."""
    from vaegis.fitted.export import attach_onnx

    folder = tmp_path_factory.mktemp("served") / "bundle"
    torch_model.save(folder)
    attach_onnx(torch_model, folder)
    return folder


@pytest.fixture(scope="session")
def scorer(served_bundle):
    """Return it as ONNX Runtime scores it."""
    from vaegis.serving.scorer import Scorer

    return Scorer.load(served_bundle)


@pytest.fixture(scope="session")
def bundle_files(served_bundle):
    """Return the bundle's files by name."""
    from vaegis.serving.scorer import read_folder

    return read_folder(served_bundle)


@pytest.fixture
def serve():
    """Return a function that serves an application on a free port and returns a client of it."""
    import threading
    import time

    from vaegis.serving.run import listen, make_server

    running = []

    def start(app):
        listener = listen("127.0.0.1", 0)
        server = make_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread, listener))
        while not server.started:
            time.sleep(0.01)
        return Client(listener.getsockname()[1])

    yield start
    for server, thread, listener in running:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()


class Client:
    """One kept connection."""

    def __init__(self, port):
        from http.client import HTTPConnection

        self.port = port
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, path, said=None, kind="application/json"):
        """Return status, headers and what was answered."""
        import json

        body = said if said is None or isinstance(said, bytes) else json.dumps(said).encode()
        self.connection.request("GET" if body is None else "POST", path, body, {"content-type": kind})
        answer = self.connection.getresponse()
        text = answer.read()
        told = json.loads(text) if answer.headers["content-type"] == "application/json" else text.decode()
        return answer.status, dict(answer.headers), told

    def another(self):
        """Return a connection of its own to the same server."""
        return Client(self.port)

    def close(self):
        """Let go."""
        self.connection.close()


@pytest.fixture
def records(make_machines, scorer):
    """Return ten rows as JSON has them."""
    import json

    names = [column.name for column in scorer.transform.columns]
    return json.loads(make_machines(10, seed=5)[names].to_json(orient="records"))
