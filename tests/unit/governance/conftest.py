"""Load the shared people and projects; test folders are no packages."""

import importlib.util
import sys
from pathlib import Path


def _load(name):
    spec = importlib.util.spec_from_file_location(f"fixture_{name}", Path(__file__).parents[2] / f"fixtures/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


people = _load("people").people
made = _load("made_project").made
