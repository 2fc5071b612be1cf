"""The flights' definitions by path, and a project folder to join them in."""

import importlib.util
import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "domains/flights"


@pytest.fixture(scope="session")
def derive():
    """Return the function that Feast calls, as Feast keeps it: its text alone."""
    spec = importlib.util.spec_from_file_location("flights_derive", FOLDER / "feature_repo/derive.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.derive


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project folder with the flights' feature repository and an empty store."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(FOLDER / "feature_repo", root / "feature_repo", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "data/store").mkdir(parents=True)
    return root
