import sqlite3

from vaegis.governance.audit import REGISTERED, AuditLog


def test_saved_lost_and_back(tmp_path, monkeypatch, vaegis):
    monkeypatch.chdir(tmp_path)
    for name in ("MLFLOW_TRACKING_URI", "VAEGIS_AUDIT_LOG", "VAEGIS_AUDIT_ANCHOR", "VAEGIS_TRUST"):
        monkeypatch.delenv(name, raising=False)
    AuditLog(tmp_path / "mlruns/audit/log.jsonl").append(REGISTERED, {"model": "m"})
    with sqlite3.connect(tmp_path / "mlruns/mlflow.db") as database:
        database.execute("CREATE TABLE t (x)")
    database.close()
    assert vaegis("backup", "safe", "--json")["entries"] == 1
    (tmp_path / "mlruns").rename(tmp_path / "lost")
    assert "1 audit entries are back from safe" in vaegis("restore", "safe")
    assert (tmp_path / "mlruns/mlflow.db").is_file()
    assert vaegis("audit", "verify", "--json")["entries"] == 1
