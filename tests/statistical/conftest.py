"""Load every family's columns, and a table whose law is known; test folders are no packages."""

import importlib.util
from pathlib import Path

import pytest


def _load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "fixtures" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_FAMILIES, _LAW = _load("family_columns"), _load("known_law")

family_name = _FAMILIES.family_name
parcel_law, parcels = _LAW.parcel_law, _LAW.parcels
generator, seeing = _LAW.generator, _LAW.seeing


@pytest.fixture(scope="session")
def families():
    """Return the module that makes families and their columns."""
    return _FAMILIES
