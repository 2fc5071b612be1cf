"""A folder with a model in it, and an MLflow database, as the registry's tests make them."""

import importlib.util
import json
import re
import shutil
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.config.train import TrainConfig


def _fixture(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[2] / "fixtures" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MODULE = _fixture("registry_project")

migrated_database = _MODULE.migrated_database
make_project = _MODULE.make_project
project = _MODULE.project


@pytest.fixture(scope="session")
def fitted(machine_schema, make_machines):
    """Return a model of random weights with its digest."""
    return _MODULE.make_model(machine_schema, make_machines(300), TrainConfig(latent_dim=2, hidden=[8]))


@pytest.fixture
def here(tmp_path, monkeypatch, fitted, make_machines):
    """Stand in a folder that holds `bundle/` and `rows.parquet`."""
    fitted.save(tmp_path / "bundle")
    make_machines(200, seed=1).to_parquet(tmp_path / "rows.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tmp_path


@pytest.fixture
def vaegis():
    """Return a function that runs a command and returns what it says; `--json` is parsed."""

    def run(*words, code=0):
        result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"}, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if "--json" in words else result.stdout

    return run


@pytest.fixture
def listening():
    """Return a function that starts a command which listens for a model: its process and a connection to it."""
    started = []

    def start(*words, program="from vaegis.cli import main; main()"):
        command = [sys.executable, "-c", program, *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        said = process.stdout.readline()
        port = int(re.fullmatch(r"\S+ on http://127\.0\.0\.1:(\d+) \(end with ctrl-c\)\n", said)[1])
        return process, HTTPConnection("127.0.0.1", port, timeout=60)

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=30)
        assert process.returncode in (0, -signal.SIGTERM)
        assert "Traceback" not in rest


@pytest.fixture
def asked_shelf(tmp_path, monkeypatch, migrated_database):
    """Yield an empty registry that is asked over HTTP, versions and files; its audit log lies in the project."""
    monkeypatch.chdir(tmp_path)
    for name in ("VAEGIS_AUDIT_LOG", "VAEGIS_TRUST"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "mlruns").mkdir()
    shutil.copy(migrated_database, tmp_path / "mlruns/mlflow.db")
    with _fixture("mlflow_server").mlflow_server(tmp_path) as address:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
        yield _fixture("shelf").Shelf(tmp_path)


@pytest.fixture(scope="session")
def model_maker():
    """Return the function that makes models of random weights."""
    return _MODULE.make_model


@pytest.fixture
def champions(tmp_path, monkeypatch, migrated_database):
    """Return a registry of two small versions that were champion one after the other."""
    monkeypatch.chdir(tmp_path)
    for name in ("MLFLOW_TRACKING_URI", "VAEGIS_AUDIT_LOG", "VAEGIS_TRUST"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "mlruns").mkdir()
    shutil.copy(migrated_database, tmp_path / "mlruns/mlflow.db")
    shelf = _fixture("shelf").Shelf(tmp_path)
    for seed in (1, 2):
        shelf.promote(shelf.add(seed))
    return shelf
