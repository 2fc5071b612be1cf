"""A world whose changes are known, and a small real model with its rows."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from vaegis.config.monitor import MonitorConfig
from vaegis.config.reference import ReferenceConfig
from vaegis.config.train import TrainConfig

_FIXTURES = Path(__file__).parents[2] / "fixtures"


def _load(name):
    spec = importlib.util.spec_from_file_location(name, _FIXTURES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_WORLD, _PROJECT, _REGISTRY = _load("monitoring_world"), _load("evaluation_project"), _load("registry_project")


@pytest.fixture(scope="session")
def make_world():
    """Return the class of worlds."""
    return _WORLD.World


@pytest.fixture(scope="session")
def without():
    """Return the function that takes blocks out of a reference."""
    return _WORLD.without


@pytest.fixture
def world():
    return _WORLD.World()


@pytest.fixture(scope="session")
def machines():
    """Return the module of hourly machines."""
    return _PROJECT


@pytest.fixture(scope="session")
def model(machines):
    """Return a quick model under the digest it would be saved with."""
    return replace(machines.fit_quickly(steps=100), content_digest="a" * 64)


@pytest.fixture(scope="session")
def reference(machines, model):
    """Return the reference of the model's rows before 2015."""
    from vaegis.data.split import assign_roles
    from vaegis.monitoring.reference import HELD_OUT, make_reference

    rows = machines.make_rows()
    roles = assign_roles(rows, machines.SCHEMA, machines.SPLIT)
    known = roles.isin(("train", *HELD_OUT))
    return make_reference(model, rows[known], roles[known].isin(HELD_OUT).to_numpy(), ReferenceConfig(bins=8))


@pytest.fixture
def watch(model, reference, tmp_path):
    from vaegis.monitoring.watch import Watch

    return Watch(model=model, reference=reference, config=MonitorConfig(), folder=tmp_path / "watched")


@pytest.fixture(scope="session")
def model_maker():
    """Return the function that makes models of random weights."""
    return _REGISTRY.make_model


@pytest.fixture
def here(tmp_path, monkeypatch, model_maker, machine_schema, make_machines):
    """Stand in a folder that holds `bundle/` and `rows.parquet`."""
    model_maker(machine_schema, make_machines(300), TrainConfig(latent_dim=2, hidden=[8])).save(tmp_path / "bundle")
    make_machines(200, seed=1).to_parquet(tmp_path / "rows.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def known(here, make_machines):
    """Return the reference of that bundle, which is saved nowhere yet."""
    from vaegis.fitted.model import FittedModel
    from vaegis.monitoring.reference import make_reference

    rows = make_machines(24 * 40, seed=2)
    return make_reference(FittedModel.load("bundle"), rows, rows.index % 2 == 0, ReferenceConfig(bins=8, frequencies=8))
