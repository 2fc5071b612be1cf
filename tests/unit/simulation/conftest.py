"""Load the table whose law is known; test folders are no packages."""

import importlib.util
from pathlib import Path

import pytest


def _fixture(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[2] / "fixtures" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MODULE = _fixture("simulated_world")
serve = _fixture("http_server").serve


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
