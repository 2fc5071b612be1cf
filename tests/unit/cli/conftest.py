"""A folder with a model in it, and an MLflow database, as the registry's tests make them."""

import importlib.util
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.config.train import TrainConfig

_FILE = Path(__file__).parents[2] / "fixtures" / "registry_project.py"
_SPEC = importlib.util.spec_from_file_location("registry_project", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

migrated_database = _MODULE.migrated_database


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


@pytest.fixture(scope="session")
def model_maker():
    """Return the function that makes models of random weights."""
    return _MODULE.make_model
