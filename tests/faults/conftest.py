"""Load the shared project fixture; test folders are no packages."""

import importlib.util
from pathlib import Path

import pytest

_FILE = Path(__file__).parents[1] / "fixtures" / "registry_project.py"
_SPEC = importlib.util.spec_from_file_location("registry_project", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

migrated_database = _MODULE.migrated_database
make_project = _MODULE.make_project
project = _MODULE.project


@pytest.fixture(scope="session")
def run_stage():
    """Return a function that runs a stage in a process of its own."""
    return _MODULE.run_stage
