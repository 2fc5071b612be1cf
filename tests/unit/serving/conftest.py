"""A small model of random weights as a bundle with its ONNX form."""

import importlib.util
from pathlib import Path

import pytest

from vaegis.config.train import TrainConfig

_FILE = Path(__file__).parents[2] / "fixtures" / "registry_project.py"
_SPEC = importlib.util.spec_from_file_location("registry_project", _FILE)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)


@pytest.fixture(scope="session")
def torch_model(machine_schema, make_machines):
    """Return the model as torch has it."""
    return _MODULE.make_model(machine_schema, make_machines(2_000), TrainConfig(latent_dim=3, hidden=[16, 8]))


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
