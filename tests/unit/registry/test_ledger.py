from pathlib import Path

import pytest

from vaegis.errors import ArtifactError
from vaegis.governance.audit import ABORT, COMMIT, INTENT, REGISTERED, REVOCATION
from vaegis.registry.journal import audit_log
from vaegis.registry.ledger import Ledger, back_to


@pytest.fixture
def uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("VAEGIS_AUDIT_LOG", raising=False)
    return f"sqlite:///{tmp_path}/mlflow.db"


def register(uri: str, version: str, digest: str, manifest: str = "m") -> None:
    body = {"model": "machines", "version": version, "content_digest": digest, "artifact_manifest": manifest + version}
    audit_log(uri).append(REGISTERED, body)


def commit(uri: str, version: str, digest: str, kind: str = "promotion", previous: str | None = None, **said) -> None:
    body = {"kind": kind, "model": "machines", "version": version, "content_digest": digest, "intent": 0, **said}
    after = {"champion": version, "previous": previous}
    audit_log(uri).append(COMMIT, {**body, "artifact_manifest": f"m{version}", "after": after})


def test_an_empty_log_vouches_for_nothing(uri: str) -> None:
    ledger = Ledger.read(uri)
    assert ledger.standing("machines") is ledger.registration("machines", "1") is ledger.revocation("a") is None
    assert ledger.champions("machines") == ledger.models() == []
    assert not ledger.has_promoted("machines")


def test_the_last_record_says_where_aliases_belong(uri: str) -> None:
    for version in ("1", "2", "3"):
        register(uri, version, f"d{version}")
        commit(uri, version, f"d{version}", previous=str(int(version) - 1) if version > "1" else None)
    ledger = Ledger.read(uri)
    assert (ledger.lawful("machines", "champion"), ledger.lawful("machines", "previous")) == ("3", "2")
    assert ledger.champions("machines") == ["1", "2", "3"]
    assert sorted(ledger.promoted("machines")) == ["1", "2", "3"]
    assert ledger.lawful("others", "champion") is None


def test_a_rollback_takes_the_last_champion_off(uri: str) -> None:
    for version in ("1", "2", "3"):
        register(uri, version, f"d{version}")
        commit(uri, version, f"d{version}")
    commit(uri, "2", "d2", "rollback", previous="1", instead_of="d3", reason="drifts")
    ledger = Ledger.read(uri)
    assert ledger.champions("machines") == ["1", "2"]
    assert ledger.taken_back("machines", "d3").body["reason"] == "drifts"
    assert ledger.taken_back("machines", "d2") is None
    commit(uri, "3", "d3", "rollback", instead_of="d2")
    ledger = Ledger.read(uri)
    assert ledger.taken_back("machines", "d3") is None, "put back by name"
    assert ledger.champions("machines") == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("stack", "version", "after"),
    [
        (["1", "2", "3"], "1", ["1"]),
        (["1", "2", "1"], "2", ["1", "2"]),
        (["1", "2", "1"], "1", ["1"]),
        (["1"], "2", ["1", "2"]),
        ([], "2", ["2"]),
    ],
)
def test_going_back(stack: list[str], version: str, after: list[str]) -> None:
    assert back_to(stack, version) == after


def test_a_record_of_a_version_that_was_registered_anew_does_not_stand(uri: str) -> None:
    """A lost database numbers its versions from 1 again."""
    register(uri, "1", "d1")
    commit(uri, "1", "d1")
    register(uri, "1", "d1", "rebuilt")
    ledger = Ledger.read(uri)
    assert ledger.standing("machines") is None
    assert ledger.has_promoted("machines")
    assert ledger.champions("machines") == []


def test_what_was_begun_and_not_ended(uri: str) -> None:
    log = audit_log(uri)
    first, second, third = (log.append(INTENT, {"number": number}) for number in range(3))
    log.append(ABORT, {"intent": first.seq})
    log.append(COMMIT, {"intent": third.seq, "model": "machines", "version": "1", "artifact_manifest": ""})
    assert Ledger.read(uri).unfinished() == (second,)


def test_a_revoked_digest_is_found_under_any_version(uri: str) -> None:
    audit_log(uri).append(REVOCATION, {"content_digest": "d1", "reason": "recalled"})
    assert Ledger.read(uri).revocation("d1").body["reason"] == "recalled"
    assert Ledger.read(uri).revocation("d2") is None


def test_tags_must_say_what_was_registered(uri: str) -> None:
    register(uri, "1", "d1")
    ledger, wanted = Ledger.read(uri), {"tag": "content_digest"}
    assert ledger.require_registration("machines", "1", {"tag": "d1"}, wanted).seq == 1
    with pytest.raises(ArtifactError, match=r"its tag tag is d9, but d1 was registered \(audit log entry 1\)"):
        ledger.require_registration("machines", "1", {"tag": "d9"}, wanted)
    with pytest.raises(ArtifactError, match="no registration of machines version 2"):
        ledger.require_registration("machines", "2", {"tag": "d1"}, wanted)
