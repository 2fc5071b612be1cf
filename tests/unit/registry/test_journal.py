from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from vaegis.errors import ArtifactError, ConfigError
from vaegis.governance import keyring
from vaegis.governance.audit import REGISTERED
from vaegis.governance.keys import PrivateKey
from vaegis.registry.download import fetch_verified
from vaegis.registry.journal import audit_log, audit_path, project_policy, require_signed, transaction_lock, trust_list

GATE = {"name": "g", "metric": "m", "operator": ">", "threshold": 0, "why": "w"}


@pytest.fixture
def uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("VAEGIS_AUDIT_LOG", "VAEGIS_AUDIT_ANCHOR", "VAEGIS_TRUST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAEGIS_KEYS", str(tmp_path / "keys"))
    monkeypatch.chdir(tmp_path)
    return f"sqlite:///{tmp_path}/mlflow.db"


def write_policy(**keys) -> None:
    Path("params.yaml").write_text("promote: {policy: policy.yaml}\n")
    Path("policy.yaml").write_text(yaml.safe_dump({"version": 1, "gates": [GATE], **keys}))


def team(tmp_path: Path) -> PrivateKey:
    write_policy(level="team", approvals=[{"roles": ["reviewer"], "count": 1}])
    key = PrivateKey.generate("Ada")
    key.save()
    keyring.save(keyring.add(keyring.read_or_begin(), key, datetime.now(UTC), roles=["reviewer"]))
    return key


def test_the_log_lies_beside_the_database_or_where_it_is_told(uri: str, tmp_path: Path, monkeypatch) -> None:
    assert audit_path(uri) == tmp_path / "audit/log.jsonl"
    monkeypatch.chdir(tmp_path)
    assert audit_path("http://server:5000") == tmp_path / "mlruns/audit/log.jsonl"
    monkeypatch.setenv("VAEGIS_AUDIT_LOG", "elsewhere/log.jsonl")
    assert audit_path(uri) == tmp_path / "elsewhere/log.jsonl"


def test_one_transaction_at_a_time(uri: str) -> None:
    import fcntl

    with (
        transaction_lock(uri),
        (audit_path(uri).parent / ".transaction.lock").open() as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_policy_names_log_and_anchor(uri: str, tmp_path: Path) -> None:
    write_policy(audit={"log": "logs/log.jsonl", "anchor": "safe/head.json"})
    audit_log(uri).append(REGISTERED, {"model": "m"})
    assert audit_path(uri) == tmp_path / "logs/log.jsonl"
    assert (tmp_path / "logs/log.jsonl").is_file()
    assert (tmp_path / "safe/head.json").is_file()


def test_at_solo_nobody_signs(uri: str) -> None:
    assert project_policy() is None
    write_policy()
    assert trust_list() is None
    entry = audit_log(uri).append(REGISTERED, {"model": "m"})
    require_signed(entry)
    assert entry.key == ""


def test_from_team_on_entries_are_signed_and_checked(uri: str, tmp_path: Path, monkeypatch) -> None:
    key = team(tmp_path)
    entry = audit_log(uri).append(REGISTERED, {"model": "m"})
    assert (entry.key, entry.actor) == (key.key, "Ada")
    require_signed(entry)
    monkeypatch.setenv("VAEGIS_KEYS", str(tmp_path / "none"))
    with pytest.raises(ConfigError, match="no private key"):
        audit_log(uri).append(REGISTERED, {"model": "m"})
    assert len(audit_log(uri).entries()) == 1


def test_whoever_only_loads_has_a_trust_list_outside_the_artifact(shelf, tmp_path: Path, monkeypatch) -> None:
    """An entry that anybody could write vouches for nothing once there is a list of those who may."""
    monkeypatch.setenv("VAEGIS_KEYS", str(tmp_path / "keys"))
    one, two = shelf.add(1), shelf.add(2)
    team(tmp_path)
    with pytest.raises(ArtifactError, match="entry 1 is not signed, and so vouches for nothing under a trust list"):
        fetch_verified(f"models:/machines/{one}")
    shelf.promote(two)
    (tmp_path / "policy.yaml").unlink()
    monkeypatch.setenv("VAEGIS_TRUST", str(tmp_path / "trust.yaml"))
    with pytest.raises(ArtifactError, match="entry 1 is not signed"):
        fetch_verified(f"models:/machines/{one}")
    assert fetch_verified("models:/machines@champion").record.key
    other = tmp_path / "other.yaml"
    keyring.save(
        keyring.add(keyring.read_or_begin(other), PrivateKey.generate("Eve"), datetime.now(UTC), roles=["r"]), other
    )
    monkeypatch.setenv("VAEGIS_TRUST", str(other))
    with pytest.raises(ArtifactError, match="is not on the trust list"):
        fetch_verified("models:/machines@champion")
