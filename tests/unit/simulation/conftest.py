"""Load the table whose law is known; test folders are no packages."""

import importlib.util
from pathlib import Path

import pytest

_FILE = Path(__file__).parents[2] / "fixtures" / "simulated_world.py"
_SPEC = importlib.util.spec_from_file_location("simulated_world", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)


@pytest.fixture(scope="session")
def rows():
    return _MODULE.make_rows(300, seed=5)


@pytest.fixture(scope="session")
def model():
    """Return a model that has hardly learnt."""
    return _MODULE.fit(20)


@pytest.fixture(scope="session")
def learned():
    """Return a model that knows the law."""
    return _MODULE.fit(700)


@pytest.fixture
def settable(model):
    from vaegis.simulation.values import Settable

    return Settable(model)
