import shutil
from pathlib import Path

import pytest

from vaegis.errors import ArtifactError, ConfigError
from vaegis.registry.address import tracking_uri
from vaegis.registry.backup import back_up, restore
from vaegis.registry.download import fetch_verified
from vaegis.registry.journal import audit_log


def test_what_was_lost_is_put_back_whole(shelf, tmp_path) -> None:
    """The champion is served again by the same record; nothing may differ on the way."""
    shelf.promote(shelf.add(1))
    before = fetch_verified("models:/machines@champion").bundle.content_digest
    saved = back_up(tmp_path / "safe")
    assert (saved.entries, saved.head) == (3, audit_log(tracking_uri()).head.digest)
    with pytest.raises(ConfigError, match="safe is there already"):
        back_up(tmp_path / "safe")
    with pytest.raises(ConfigError, match=r"mlflow.db is there already; allowed: an empty place"):
        restore(tmp_path / "safe")

    shutil.rmtree("mlruns")
    assert restore(tmp_path / "safe").entries == 3
    assert fetch_verified("models:/machines@champion").bundle.content_digest == before
    assert shelf.revoke("1").seq == 4


def test_a_backup_that_was_touched_is_refused(shelf, tmp_path, monkeypatch) -> None:
    shelf.promote(shelf.add(1))
    monkeypatch.setenv("VAEGIS_AUDIT_ANCHOR", str(tmp_path / "elsewhere/head.json"))
    (tmp_path / "elsewhere").mkdir()
    shutil.copy("mlruns/audit/log.head.json", tmp_path / "elsewhere/head.json")
    back_up(tmp_path / "safe")
    shelf.add(2)
    shutil.rmtree("mlruns")
    with pytest.raises(ArtifactError, match=r"audit log, entry 4: it is missing: the anchor .* counts 4 entries"):
        restore(tmp_path / "safe")
    assert not Path("mlruns").exists()

    log = tmp_path / "safe/audit/log.jsonl"
    content = log.read_bytes()
    log.write_bytes(content[:-1])
    with pytest.raises(ArtifactError, match=r"audit/log.jsonl is altered since the backup was made"):
        restore(tmp_path / "safe")
    log.unlink()
    with pytest.raises(ArtifactError, match=r"log.jsonl is missing"):
        restore(tmp_path / "safe")
    log.write_bytes(content)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path / "safe")
    with pytest.raises(ConfigError, match="MLflow keeps absolute paths"):
        restore(tmp_path / "safe")
    with pytest.raises(ArtifactError, match=r"is no backup: it has no backup.json"):
        restore(tmp_path)


def test_a_server_has_means_of_its_own(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://user:word@host/db")
    with pytest.raises(ConfigError, match="postgresql://host/db is a server; allowed: a local database"):
        back_up(tmp_path / "safe")
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArtifactError, match="there is no registry at"):
        back_up(tmp_path / "safe")
