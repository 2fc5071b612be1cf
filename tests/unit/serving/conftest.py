"""A small model of random weights as a bundle with its ONNX form."""

import importlib.util
from pathlib import Path

import pytest

from vaegis.config.train import TrainConfig


def _fixture(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[2] / "fixtures" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MODULE = _fixture("registry_project")
serve = _fixture("http_server").serve


@pytest.fixture(scope="session")
def torch_model(machine_schema, make_machines):
    """Return the model as torch has it; smaller weights would answer nearly the same for every row."""
    config = TrainConfig(latent_dim=3, hidden=[16, 8])
    return _MODULE.make_model(machine_schema, make_machines(2_000), config, std=1.0)


@pytest.fixture(scope="session")
def served_bundle(torch_model, tmp_path_factory):
    """Return the folder; all tests share it, so none may change it."""
    from vaegis.fitted.export import attach_onnx

    folder = tmp_path_factory.mktemp("served") / "bundle"
    torch_model.save(folder)
    attach_onnx(torch_model, folder)
    return folder


@pytest.fixture(scope="session")
def scorer(served_bundle):
    """Return it as ONNX Runtime scores it."""
    from vaegis.serving.scorer import Scorer

    return Scorer.load(served_bundle)


@pytest.fixture(scope="session")
def bundle_files(served_bundle):
    """Return the bundle's files by name."""
    from vaegis.serving.scorer import read_folder

    return read_folder(served_bundle)


@pytest.fixture(scope="session")
def other_files(machine_schema, make_machines, tmp_path_factory):
    """Return the files of a bundle of other weights."""
    from vaegis.fitted.export import attach_onnx
    from vaegis.serving.scorer import read_folder

    config = TrainConfig(seed=1, latent_dim=3, hidden=[16, 8])
    model, folder = _MODULE.make_model(machine_schema, make_machines(2_000), config), tmp_path_factory.mktemp("other")
    model.save(folder / "bundle")
    attach_onnx(model, folder / "bundle")
    return read_folder(folder / "bundle")


@pytest.fixture
def records(make_machines, scorer):
    """Return ten rows as JSON has them."""
    import json

    names = [column.name for column in scorer.transform.columns]
    return json.loads(make_machines(10, seed=5)[names].to_json(orient="records"))
