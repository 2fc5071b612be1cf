"""Nobody pays for a heavy package that is not used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "torch",
    "lightning",
    "mlflow",
    "feast",
    "great_expectations",
    "sklearn",
    "scipy",
    "matplotlib",
    "dvc",
    "duckdb",
)
TORCHMETRICS = ("matplotlib", "scipy")  # which lightning imports
# What a stage may load when it is imported; what it loads only in some case, it imports there.
STAGES = {
    "ingest": set(),
    "source_state": set(),
    "pull": {"duckdb", "feast"},
    "validate": {"great_expectations", "matplotlib", "scipy"},
    "admit": set(),
    "train": {"lightning", "torch", *TORCHMETRICS},
    "baseline": {"lightning", "torch", *TORCHMETRICS},
    "evaluate": {"matplotlib", "scipy", "sklearn", "torch"},
    "compare": set(),
    "report": set(),
    "reference": {"torch"},
    "register": set(),
    "promote": set(),
}
LOOK = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def loaded(module):
    told = subprocess.run(
        [sys.executable, "-c", LOOK, module], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    return set(json.loads(told.stdout.splitlines()[-1])) & set(HEAVY)


def test_every_stage_has_its_line():
    assert set(STAGES) == {path.stem for path in (ROOT / "pipelines").glob("*.py")} - {"__init__"}


CASES = [pytest.param(stage, marks=[pytest.mark.slow] if STAGES[stage] else []) for stage in STAGES]


@pytest.mark.parametrize("stage", CASES)
def test_stage_loads_only_what_it_uses(stage):
    assert loaded(f"pipelines.{stage}") <= STAGES[stage]


LIGHT = ["vaegis", "vaegis.cli", "vaegis.contract", "vaegis.bundle", "vaegis.governance", "vaegis.serving.scorer"]


@pytest.mark.parametrize("module", LIGHT)
def test_what_everybody_imports_is_light(module):
    assert loaded(module) == set()


def test_surface_is_lazy_and_whole():
    import vaegis

    assert set(vaegis.__all__) == {"TableVAE", "__version__", "fit", "load", "rank"}
    assert vaegis.__all__ == dir(vaegis)
    with pytest.raises(AttributeError, match="has no attribute 'train'"):
        vaegis.train  # noqa: B018


@pytest.mark.slow
@pytest.mark.parametrize("module", ["vaegis.evaluation.privacy.report", "vaegis.cli.audited"])
def test_an_audit_of_any_generators_rows_needs_no_network_and_no_store(module):
    assert loaded(module) <= {"scipy", "sklearn"}
