"""Load the table whose law is known; test folders are no packages."""

import importlib.util
from pathlib import Path

_FILE = Path(__file__).parents[2] / "fixtures" / "known_law.py"
_SPEC = importlib.util.spec_from_file_location("known_law", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

parcel_law, parcels = _MODULE.parcel_law, _MODULE.parcels
generator, seeing = _MODULE.generator, _MODULE.seeing
