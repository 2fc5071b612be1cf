"""Nobody pays for a heavy package that is not used."""

import json
import subprocess
import sys
from functools import cache
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
    "publish": set(),
    "monitor": set(),
}
LIGHT = ["vaegis", "vaegis.cli", "vaegis.contract", "vaegis.bundle", "vaegis.governance", "vaegis.serving.scorer"]
AUDITS = ["vaegis.evaluation.privacy.report", "vaegis.cli.audited"]
# One process imports a chain, each link of which may load what the link before it may: what a link loads by itself
# is among what is loaded after it.
CHAINS = (
    [*LIGHT, *(f"pipelines.{stage}" for stage in STAGES if not STAGES[stage])],
    ["pipelines.reference", "pipelines.train", "pipelines.baseline"],
    [*AUDITS, "pipelines.evaluate"],
    ["pipelines.pull"],
    ["pipelines.validate"],
)
LOOK = """
import importlib, json, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
    print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


@cache
def after(chain):
    """Return the packages that are loaded after each link of a chain."""
    told = subprocess.run(
        [sys.executable, "-c", LOOK, *CHAINS[chain]], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    names = [set(json.loads(line)) & set(HEAVY) for line in told.stdout.splitlines()]
    return dict(zip(CHAINS[chain], names, strict=True))


def loaded(module):
    (chain,) = [number for number, modules in enumerate(CHAINS) if module in modules]
    return after(chain)[module]


def test_every_stage_has_its_line():
    assert set(STAGES) == {path.stem for path in (ROOT / "pipelines").glob("*.py")} - {"__init__"}


CASES = [pytest.param(stage, marks=[pytest.mark.slow] if STAGES[stage] else []) for stage in STAGES]


@pytest.mark.parametrize("stage", CASES)
def test_stage_loads_only_what_it_uses(stage):
    assert loaded(f"pipelines.{stage}") <= STAGES[stage]


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
@pytest.mark.parametrize("module", AUDITS)
def test_an_audit_of_any_generators_rows_needs_no_network_and_no_store(module):
    assert loaded(module) <= {"scipy", "sklearn"}
