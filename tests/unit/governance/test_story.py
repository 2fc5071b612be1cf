import pytest

from vaegis.governance.audit import (
    ABORT,
    APPROVAL,
    COMMIT,
    EVENTS,
    INTENT,
    REGISTERED,
    REJECTION,
    REVOCATION,
    WAIVER,
    AuditLog,
)
from vaegis.governance.story import about, tell

ONE = {"model": "machines", "version": "1", "content_digest": "a" * 64}
TWO = {"model": "machines", "version": "2", "content_digest": "b" * 64}


@pytest.fixture
def entries(tmp_path, monkeypatch):
    monkeypatch.setenv("VAEGIS_ACTOR", "ann")
    log = AuditLog(tmp_path / "log.jsonl")
    log.append(REGISTERED, ONE)
    log.append(REGISTERED, TWO)
    log.append(REGISTERED, {"model": "others", "version": "1", "content_digest": "c" * 64})
    log.append(APPROVAL, {**ONE, "expires": "2027-01-31T00:00:00", "reason": "looked at it"})
    log.append(REJECTION, {**TWO, "reason": "too few winters"})
    log.append(WAIVER, {**ONE, "gate": "nll", "expires": "2027-01-31", "reason": "known"})
    log.append(INTENT, {**ONE, "kind": "promotion"})
    log.append(COMMIT, {**ONE, "kind": "promotion", "policy_digest": "p" * 64})
    log.append(COMMIT, {**ONE, "kind": "rollback", "reason": "alarms"})
    log.append(COMMIT, {**ONE, "kind": "restoration"})
    log.append(ABORT, {**TWO, "kind": "promotion", "reason": "somebody was quicker"})
    log.append(REVOCATION, {"content_digest": "a" * 64, "reason": "bad rows"})
    return log.entries()


def test_a_versions_life_is_told_in_order(entries, monkeypatch):
    told = [line.partition("UTC  ")[2] for line in tell(about(entries, "machines", "1"))]
    assert told == [
        "ann registered machines version 1, content aaaaaaaaaaaa (entry 1)",
        "ann approved machines version 1, content aaaaaaaaaaaa until 2027-01-31: looked at it (entry 4)",
        "ann waived gate 'nll' of machines version 1, content aaaaaaaaaaaa until 2027-01-31: known (entry 6)",
        "ann set about a promotion to machines version 1, content aaaaaaaaaaaa (entry 7)",
        "ann promoted machines version 1, content aaaaaaaaaaaa under policy pppppppppppp (entry 8)",
        "ann rolled back to machines version 1, content aaaaaaaaaaaa: alarms (entry 9)",
        "ann put the alias back to machines version 1, content aaaaaaaaaaaa (entry 10)",
        "ann revoked content aaaaaaaaaaaa: bad rows (entry 12)",
    ]


def test_a_model_is_all_its_versions(entries):
    assert [entry.seq for entry in about(entries, "machines")] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert [entry.seq for entry in about(entries, "machines", "2")] == [2, 5, 11]
    assert about(entries, "nobody") == []


def test_every_event_has_its_words(entries):
    assert set(EVENTS) == {entry.event for entry in entries}
    assert not [line for line in tell(entries) if " wrote of " in line]
