"""Two tables of a user's own, what was found in them, and a Feast repository."""

import importlib.util
from functools import partial
from pathlib import Path

import pytest

from vaegis.project.table import open_table


def _load(name):
    file = Path(__file__).parents[2] / "fixtures" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


own_table = _load("own_table")


@pytest.fixture(scope="session")
def jobs_csv(tmp_path_factory):
    """Return a file with time, key, dates, label and a leak."""
    path = tmp_path_factory.mktemp("source") / "jobs.csv"
    own_table.jobs(2_000).to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def parts_csv(tmp_path_factory):
    """Return a file without time, key or label."""
    path = tmp_path_factory.mktemp("source") / "parts.csv"
    own_table.parts(400).to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def jobs(jobs_csv):
    """Return the survey of the jobs, judged by `scrapped`."""
    return open_table(jobs_csv, "jobs").survey(label="scrapped")


@pytest.fixture(scope="session")
def parts(parts_csv):
    """Return the survey of the parts."""
    return open_table(parts_csv, "parts").survey()


@pytest.fixture(scope="session")
def drivers(tmp_path_factory):
    """Return the repository that `feast init` makes."""
    return _load("driver_repository").make_drivers(tmp_path_factory.mktemp("feast") / "drivers")


@pytest.fixture(scope="session")
def drivers_contents(drivers):
    """Return a function that reads its files; `before` is what it read first."""
    read = partial(_load("driver_repository").contents, drivers)
    read.before = read()
    return read
