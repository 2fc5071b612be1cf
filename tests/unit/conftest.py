"""Load the small world of evaluation; test folders are no packages."""

import importlib.util
from pathlib import Path

import pytest

_FIXTURES = Path(__file__).parents[1] / "fixtures"


def _load(name: str):
    spec = importlib.util.spec_from_file_location(name, _FIXTURES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def world():
    return _load("evaluation_project")


@pytest.fixture(scope="session")
def parcels():
    """A table of events."""
    return _load("parcels")


@pytest.fixture(scope="session")
def project(tmp_path_factory, world):
    """A project folder with rows, repository and two quick models."""
    root = tmp_path_factory.mktemp("project")
    world.write_project(root)
    world.write_models(root)
    return root


@pytest.fixture(scope="session")
def rows(project, world):
    return world.read_rows(project)


@pytest.fixture(scope="session")
def models(project):
    from vaegis.fitted.model import FittedModel

    return FittedModel.load(project / "models/candidate"), FittedModel.load(project / "models/baseline")


@pytest.fixture(scope="session")
def bench(project, rows, world):
    """The test bench over the small world."""
    from vaegis.config.evaluate import EvaluateConfig
    from vaegis.evaluation.bench import build_bench
    from vaegis.evaluation.derivation import load_derivation
    from vaegis.evaluation.references import load_references

    config = EvaluateConfig(max_rows=1500, nll_rows=100, nll_samples=8, sample_rows=200, fault_sizes=[1.0, 3.0])
    references = load_references(project / "feature_repo/references.json", world.SCHEMA)
    derive = load_derivation(world.SCHEMA, project / "feature_repo")
    return build_bench(rows, references, (), derive, config)


@pytest.fixture(scope="session")
def beside_its_twin(models, bench):
    """Everything that is measured of the model, beside its twin and the baselines; measuring takes seconds."""
    from vaegis.evaluation.bench import score_model
    from vaegis.evaluation.case import Case
    from vaegis.evaluation.evidence import gather

    rivals = {"autoencoder": score_model(models[1], bench), **bench.baselines}
    return gather(Case(model=models[0], bench=bench, rivals=rivals))


@pytest.fixture
def opened(monkeypatch):
    """Figures that the drawing modules open, as (title, note, axes); they are drawn and written all the same."""
    from contextlib import contextmanager

    from vaegis.evaluation import draw_model, draw_rows
    from vaegis.evaluation.style import picture

    seen = []

    @contextmanager
    def watched(path, title, note, **options):
        with picture(path, title, note, **options) as (figure, axes):
            seen.append((title, note, axes))
            yield figure, axes

    for module in (draw_model, draw_rows):
        monkeypatch.setattr(module, "picture", watched)
    return seen
