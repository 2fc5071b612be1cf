import json

import pytest
from typer.testing import CliRunner

from vaegis.cli.app import app
from vaegis.errors import ArtifactError
from vaegis.governance.audit import COMMIT, REGISTERED, AuditLog


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("MLFLOW_TRACKING_URI", "VAEGIS_AUDIT_LOG", "VAEGIS_AUDIT_ANCHOR", "VAEGIS_TRUST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAEGIS_ACTOR", "ann")
    made = AuditLog(tmp_path / "mlruns/audit/log.jsonl")
    body = {"model": "machines", "version": "1", "content_digest": "a" * 64}
    made.append(REGISTERED, body)
    made.append(COMMIT, {**body, "kind": "promotion", "policy_digest": "p" * 64})
    return made


def run(*words):
    result = CliRunner().invoke(app, ["audit", *words], catch_exceptions=False, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if "--json" in words else result.stdout


def test_a_good_log_is_verified(log):
    found = run("verify", "--json")
    assert (found["entries"], found["signed"], found["head"]) == (2, 0, log.head.digest)
    assert "2 entries in" in run("verify")


def test_the_first_bad_entry_is_named(log):
    log.path.write_bytes(log.path.read_bytes().replace(b"ann", b"eve"))
    with pytest.raises(ArtifactError, match="audit log, entry 1: it was edited"):
        run("verify")
    with pytest.raises(ArtifactError, match="audit log, entry 1: it was edited"):
        run("show", "machines")


def test_a_versions_life_is_told(log):
    told = run("show", "machines/1")
    assert "ann registered machines version 1, content aaaaaaaaaaaa (entry 1)" in told
    assert "ann promoted machines version 1" in told
    assert [entry["event"] for entry in run("show", "models:/machines", "--json")] == ["REGISTERED", "COMMIT"]
    with pytest.raises(ArtifactError, match="the audit log says nothing of others; allowed: machines"):
        run("show", "others")


def test_no_log_yet_is_an_empty_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert run("verify", "--json")["entries"] == 0
    with pytest.raises(ArtifactError, match="allowed: nothing yet"):
        run("show", "machines")
