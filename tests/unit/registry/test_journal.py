from pathlib import Path

import pytest

from vaegis.errors import ConfigError
from vaegis.registry.journal import audit_log


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    for name in ("VAEGIS_AUDIT_LOG", "VAEGIS_AUDIT_ANCHOR"):
        monkeypatch.delenv(name, raising=False)


def test_it_lies_beside_an_embedded_database(tmp_path):
    log = audit_log(f"sqlite:///{tmp_path}/mlruns/mlflow.db")
    assert log.path == tmp_path / "mlruns/audit/log.jsonl"
    assert log.anchor == tmp_path / "mlruns/audit/log.head.json"


def test_a_server_needs_to_be_told(monkeypatch):
    with pytest.raises(ConfigError, match=r"http://tracking:5000 has no audit log.*policy.yaml: audit.log"):
        audit_log("http://user:word@tracking:5000")
    assert audit_log("http://tracking:5000", log="logs/a.jsonl", anchor="b.json").anchor == Path("b.json")
    monkeypatch.setenv("VAEGIS_AUDIT_LOG", "/logs/b.jsonl")
    assert audit_log("http://tracking:5000", log="logs/a.jsonl").path == Path("/logs/b.jsonl")
