"""Load the shared people; test folders are no packages."""

import importlib.util
from pathlib import Path

_FILE = Path(__file__).parents[2] / "fixtures" / "people.py"
_SPEC = importlib.util.spec_from_file_location("people", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

people = _MODULE.people
