import json
from pathlib import Path

import pytest

from vaegis.bundle import tree_manifest
from vaegis.durable import read_json
from vaegis.governance.evidence import NEEDED, Origin, assemble, environment
from vaegis.governance.figures import Figures, read_estimates
from vaegis.governance.policy import load_policy
from vaegis.governance.provenance import Provenance
from vaegis.governance.verdict import flatten

CARDS = {"MODEL_CARD.md": "# model\n", "DATA_CARD.md": "# data\n"}


@pytest.fixture
def write(made):
    """Return a function that assembles the evidence of the project."""

    def assembled(folder="evidence", cards=CARDS):
        origin = Origin(
            model="machines",
            content_digest=made.digest,
            lineage_key="l" * 64,
            service="s_v1",
            definition="d" * 64,
            data_fingerprint="f" * 64,
            git_commit="g" * 40,
            parts={"network.json": "a" * 64},
            outputs={"models/candidate": "m.dir"},
        )
        metrics = flatten(read_json(Path("reports/evaluation/metrics.json")))
        figures = Figures.of(metrics, read_estimates(), Provenance(authors=frozenset(["max"])))
        policy = Path("policy.yaml")
        assemble(Path(folder), origin, figures, load_policy(policy), policy, cards)
        return Path(folder)

    return assembled


def test_everything_that_is_needed_is_there(made, write):
    made.write("requirements.yaml", "version: 1\n")
    folder = write()
    assert {path.name for path in folder.iterdir()} >= {*NEEDED, "manifest.json"}
    manifest = read_json(folder / "manifest.json")
    assert manifest == {name: value for name, value in tree_manifest(folder).items() if name != "manifest.json"}


def test_the_statement_names_what_was_made_from_what(made, write):
    said = read_json(write() / "statement.json")
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    assert said["predicateType"] == "https://slsa.dev/provenance/v1"
    assert said["subject"][0] == {"name": "machines", "digest": {"sha256": made.digest}}
    build = said["predicate"]["buildDefinition"]
    assert build["externalParameters"] == {"train": {"seed": 3}}
    named = {item.get("name", item.get("uri")) for item in build["resolvedDependencies"]}
    assert named == {
        "git+local",
        "data/validated/clean.parquet",
        "feature service s_v1",
        "models/candidate",
        "dvc.lock",
        "requirements.lock",
    }
    products = {item["name"] for item in said["predicate"]["runDetails"]["byproducts"]}
    assert products == {path.name for path in Path("evidence").iterdir()} - {"statement.json", "manifest.json"}


def test_gates_are_judged_on_the_numbers(write):
    (result,) = json.loads((write() / "gates.json").read_text())
    assert (result["name"], result["status"]) == ("active", "passed")
    assert read_json(Path("evidence/privacy.json")) == {"measured": True, "metrics": {"evaluate/privacy/closest": 0.4}}
    assert read_json(Path("evidence/monitoring.json"))["columns"]["b"]["levels"] == {"x": 0.666667, "y": 0.333333}


def test_the_same_project_gives_the_same_bytes(write):
    first = tree_manifest(write("one"))
    assert tree_manifest(write("two")) == first
    assert tree_manifest(write("one")) == first


def test_what_a_project_has_not_is_left_out(made, write):
    for name in ("dvc.lock", "requirements.lock", "reports/evaluation/evidence.json", "data/validated/clean.parquet"):
        (made.root / name).unlink()
    folder = write(cards={})
    assert not {"dvc.lock", "monitoring.json", "MODEL_CARD.md"} & {path.name for path in folder.iterdir()}


def test_the_environment_names_packages():
    found = environment()
    assert found["packages"]["numpy"]
    assert found["python"].startswith("3.")
