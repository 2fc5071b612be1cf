"""Load the shared project fixture; test folders are no packages."""

import importlib.util
import shutil
from pathlib import Path

import pytest


def _fixture(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[2] / "fixtures" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MODULE = _fixture("registry_project")

migrated_database = _MODULE.migrated_database
make_project = _MODULE.make_project
project = _MODULE.project


@pytest.fixture
def run_stage():
    """Return a function that runs a stage in a process of its own."""
    return _MODULE.run_stage


@pytest.fixture(scope="session")
def untrained(machine_schema, make_machines):
    """Return a model with random weights."""
    from vaegis.config.train import TrainConfig

    return _MODULE.make_model(machine_schema, make_machines(200), TrainConfig(latent_dim=3, hidden=[8]))


@pytest.fixture
def client(migrated_database, tmp_path, monkeypatch):
    """Return a client of an empty database, which is the project's own."""
    from vaegis.registry.tracking import connect

    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlruns").mkdir(exist_ok=True)
    shutil.copy(migrated_database, tmp_path / "mlruns/mlflow.db")
    return connect()


@pytest.fixture
def shelf(client, tmp_path):
    """Return a registry of small versions, its own."""
    return _fixture("shelf").Shelf(tmp_path)


@pytest.fixture(scope="session")
def _registered(tmp_path_factory, make_project):
    from vaegis.registry.registration import register

    root = tmp_path_factory.mktemp("registered")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.delenv("DVC_EXP_NAME", raising=False)
        patch.chdir(root)
        return make_project(root), register()


@pytest.fixture
def registered(_registered, monkeypatch):
    """Return a project and its registration, entered; all tests share it, so none may change it."""
    from vaegis.registry.tracking import connect

    project, registration = _registered
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    monkeypatch.chdir(project.root)
    connect()
    return project, registration


_TEAM_FILE = Path(__file__).parents[2] / "fixtures" / "team.py"
_TEAM_SPEC = importlib.util.spec_from_file_location("team", _TEAM_FILE)
_TEAM = importlib.util.module_from_spec(_TEAM_SPEC)
_TEAM_SPEC.loader.exec_module(_TEAM)

team = _TEAM.team
