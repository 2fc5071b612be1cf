"""What docs/governance.md tells people to type, from the first key to the backup; of the pipeline two stages."""

import importlib.util
import json
import re
import shlex
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.errors import ArtifactError
from vaegis.governance import load_policy
from vaegis.governance.verdict import AWAITING, PROMOTED, REFUSED

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/governance.md").read_text(encoding="utf-8")
BASH = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
SAYS = {
    "vaegis keys new ann": "ann has key",
    "vaegis keys list": "ann",
    "vaegis review": "awaiting approval: nothing else refuses it",
    "vaegis approve": "signed by ann until",
    "vaegis audit show": "ann approved machines version 1",
    "vaegis audit verify": "all in place",
    "vaegis backup": "audit entries in ../vaegis-backup",
}


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tests/fixtures/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_PROJECT, _TEAM = load("registry_project"), load("team")
migrated_database, make_project = _PROJECT.migrated_database, _PROJECT.make_project


@pytest.fixture
def team(tmp_path, monkeypatch, make_project):
    """Return a project in git at level `team`, where nobody has a key yet."""
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("VAEGIS_KEYS", str(tmp_path / "private"))
    monkeypatch.setenv("VAEGIS_KEY", "max")
    monkeypatch.setenv("VAEGIS_ACTOR", "max")
    for name in ("MLFLOW_TRACKING_URI", "DVC_EXP_NAME", "VAEGIS_AUDIT_LOG", "VAEGIS_AUDIT_ANCHOR", "VAEGIS_TRUST"):
        monkeypatch.delenv(name, raising=False)
    made = _TEAM.Team.__new__(_TEAM.Team)
    made.project = make_project(root)
    made.project.policy(level="team", approvals=[{"roles": ["risk"]}])
    Path("requirements.lock").write_text(f"numpy=={version('numpy')} --hash=sha256:ab\n")
    Path(".gitignore").write_text("/data/\n/models/\n/reports/\n/mlruns/\n/.scratch/\n")
    made.git("init", "-q", ".")
    made.git("add", "-A")
    made.git("commit", "-qm", "project")
    return made


def type_in(team, words):
    """Run a line of the document; return what it said."""
    if words[:2] == ["vaegis", "repro"]:
        outcome = team.run()
        return f"{outcome.verdict.summary} {outcome.aliases}"
    if words[0] == "vaegis":
        result = CliRunner().invoke(app, words[1:], catch_exceptions=False, env={"COLUMNS": "220"})
        assert result.exit_code == 0, result.output
        return result.stdout
    assert words[0] == "git"
    if "dvc.lock" in words:
        team.commit()  # as stage `train` would have written it
        return ""
    if words[1] == "commit":
        words = ["git", "commit", "-q", "--allow-empty", *words[2:]]
    team.git(*words[1:])
    return subprocess.run(["git", "status", "--short"], capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_every_command_of_the_document_does_what_it_says(team):
    lines = "".join(BASH.findall(DOCUMENT)).replace("turbine-vae", "machines").splitlines()
    told = {line: type_in(team, shlex.split(line, comments=True)) for line in lines if line.strip()}
    for start, words in SAYS.items():
        (line,) = [line for line in dict.fromkeys(told) if line.startswith(start)]
        assert words in told[line], f"{line}: {told[line]}"
    assert "'champion': '1'" in told["vaegis repro"]
    assert {words[1] for words in map(shlex.split, told) if words[0] == "vaegis"} >= {
        "keys",
        "review",
        "approve",
        "audit",
    }


@pytest.mark.slow
def test_a_regulated_version_is_promoted_by_the_document(team, tmp_path):
    """After a champion of level `solo`, and on new rows."""
    project, anchor = team.project, tmp_path / "elsewhere/head.json"
    project.policy()
    measure(project)
    team.commit()
    assert team.run().aliases["champion"] == "1"

    become_regulated(team, anchor)
    with pytest.raises(ArtifactError, match=r"has no anchor .*elsewhere/head.json; .*move it there"):
        team.run()
    anchor.parent.mkdir()
    Path("mlruns/audit/log.head.json").rename(anchor)
    old = team.run()
    assert (old.verdict.decision, old.aliases["champion"]) == (REFUSED, "1")
    assert "evidence whole: 0 is not == 1: it lacks requirements.yaml, and is not changed" in old.verdict.summary

    project.rows.iloc[:150].to_parquet("data/validated/clean.parquet")
    project.admit()
    project.train(seed=1)
    measure(project)
    compare(old.verdict.content_digest)
    team.commit()
    waiting = team.run().verdict
    assert waiting.decision == AWAITING, waiting.summary
    assert "measured on other rows" in waiting.compared_with
    type_in(team, shlex.split('vaegis approve machines/2 --reason "every gate looked at" --key ann'))
    done = team.run()
    assert (done.verdict.decision, done.aliases["champion"]) == (PROMOTED, "2")
    assert [item.status for item in done.verdict.requirements] == ["met"]
    assert "all in place, 4 signed" in type_in(team, ["vaegis", "audit", "verify"])


def become_regulated(team, anchor):
    """Make the keys, the register and the policy that the document shows, on the gates of this project."""
    for line in BASH.findall(DOCUMENT)[0].splitlines()[:2]:
        type_in(team, shlex.split(line))
    _, register, policy = YAML.findall(DOCUMENT)
    Path("requirements.yaml").write_text(register.replace("finds injected faults", "active").split("  - id: MR-2")[0])
    told = yaml.safe_load(policy)
    gates = [gate for gate in _PROJECT.POLICY["gates"] if not gate.get("against")] + told["gates"]
    Path("policy.yaml").write_text(yaml.safe_dump({**told, "gates": gates, "audit": {"anchor": str(anchor)}}))
    team.commit()


def measure(project):
    """Write what stage `evaluate` writes of privacy, and of how every number was measured."""
    file = Path("reports/evaluation/metrics.json")
    tree = json.loads(file.read_text())
    tree["evaluate"]["privacy"] = {"copy_share": 0.0}
    file.write_text(json.dumps(tree))
    Path("reports/evaluation/evidence.json").write_text('{"latent/active_units": {"rows": 200}}')


def compare(champion):
    """Write what stage `compare` writes of the champion of this content digest."""
    opponent = {"version": "1", "content_digest": champion, "rows_digest": "other"}
    found = {"difference": -0.1, "low": -0.2, "high": 0.0, "rows": 150}
    comparison = {"metrics": {"evaluate/reconstruction/nll": found}}
    record = {"opponent": opponent, "metrics": {}, "comparison": comparison, "reason": ""}
    Path("reports/comparison.json").write_text(json.dumps(record))


def test_the_policy_and_the_register_of_the_document_are_valid(tmp_path):
    policy, register, _ = YAML.findall(DOCUMENT)
    gate = '{name: data admitted, metric: validation/admitted, operator: "==", threshold: 1, why: rows}'
    path = tmp_path / "policy.yaml"
    path.write_text(policy.replace("[...]", f"[{gate}]"))
    assert load_policy(path).level == "team"
    from vaegis.governance.requirements import load_register

    (tmp_path / "requirements.yaml").write_text(register)
    assert [item.id for item in load_register(tmp_path / "requirements.yaml").requirements] == ["MR-1", "MR-2"]
    assert yaml.safe_load(policy)["waivers"]["never"] == ["data admitted"]
