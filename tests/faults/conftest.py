"""Load the shared project fixture; test folders are no packages."""

import importlib.util
import shutil
from collections.abc import Callable
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


class Kept:
    """A project with a registry, made once for it takes processes, and a copy of its folder to put in its place.

    In its place, for its database names the folder.
    """

    def __init__(self, root: Path, arrange: Callable[[Path], None]) -> None:
        self.root, self._copy = root, root.with_name("kept")
        root.mkdir(parents=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("MLFLOW_TRACKING_URI", raising=False)
            patch.delenv("DVC_EXP_NAME", raising=False)
            patch.chdir(root)
            arrange(root)
        shutil.copytree(root, self._copy, symlinks=True)

    def enter(self, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Put it back as it was, and stand in it."""
        shutil.rmtree(self.root)
        shutil.copytree(self._copy, self.root, symlinks=True)
        monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
        monkeypatch.delenv("DVC_EXP_NAME", raising=False)
        monkeypatch.chdir(self.root)
        return self.root


@pytest.fixture(scope="session")
def keep() -> type[Kept]:
    """Return what makes such a project."""
    return Kept
