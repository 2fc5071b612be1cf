import json
from pathlib import Path

import pytest

from vaegis.bundle import tree_manifest
from vaegis.durable import write_json
from vaegis.errors import ArtifactError
from vaegis.governance.evidence import Origin, assemble
from vaegis.governance.evidence_check import Evidence
from vaegis.governance.figures import Figures
from vaegis.governance.policy import load_policy


@pytest.fixture
def folder(made):
    origin = Origin(
        model="machines",
        content_digest=made.digest,
        lineage_key="l",
        service="s",
        definition="d",
        data_fingerprint="f",
        git_commit="g",
        parts={},
        outputs={},
    )
    figures = Figures(numbers={"evaluate/privacy/closest": 0.4}, notes={}, rows={}, authors=frozenset(["max"]))
    path = Path("policy.yaml")
    assemble(Path("evidence"), origin, figures, load_policy(path), path, {"MODEL_CARD.md": "x", "DATA_CARD.md": ""})
    return Path("evidence")


def test_what_was_written_is_read(made, folder):
    found = Evidence.read(folder)
    assert (found.model, found.content_digest) == ("machines", made.digest)
    assert found.figures.authors == {"max"}
    assert found.expectations == {"expect_x(a)": True}
    assert found.policy_digest == load_policy(Path("policy.yaml")).digest
    assert found.lacking == ("requirements.yaml", "DATA_CARD.md")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "metrics.json").write_text("{}"), "evidence metrics.json was altered: SHA-256 is"),
        (lambda folder: (folder / "policy.yaml").unlink(), "evidence policy.yaml is missing"),
        (lambda folder: (folder / "more.txt").write_text("x"), "evidence more.txt was added"),
        (lambda folder: (folder / "manifest.json").unlink(), "there is no evidence with this version"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "there is no evidence with this version"),
    ],
)
def test_whatever_was_touched_is_named(folder, spoil, message):
    spoil(folder)
    with pytest.raises(ArtifactError, match=message):
        Evidence.read(folder)


def test_a_statement_without_a_subject_is_refused(folder):
    write_json(folder / "statement.json", {"subject": []})
    held = {name: value for name, value in tree_manifest(folder).items() if name != "manifest.json"}
    write_json(folder / "manifest.json", held)
    with pytest.raises(ArtifactError, match="names no subject"):
        Evidence.read(folder)


def test_privacy_that_was_not_measured_is_lacking(folder):
    (folder / "privacy.json").write_text(json.dumps({"metrics": {}, "measured": False}))
    held = {name: value for name, value in tree_manifest(folder).items() if name != "manifest.json"}
    write_json(folder / "manifest.json", held)
    assert "privacy.json (nothing was measured)" in Evidence.read(folder).lacking
