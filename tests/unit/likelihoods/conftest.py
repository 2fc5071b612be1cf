"""Load what every family is tried on; test folders are no packages."""

import importlib.util
from pathlib import Path

import pytest

_FILE = Path(__file__).parents[2] / "fixtures" / "family_columns.py"
_SPEC = importlib.util.spec_from_file_location("family_columns", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

family_name = _MODULE.family_name


@pytest.fixture(scope="session")
def families():
    """Return the module that makes families and their columns."""
    return _MODULE
