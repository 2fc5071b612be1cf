import pytest

from vaegis.governance.audit import APPROVAL, COMMIT, AuditLog
from vaegis.governance.record import champion_digest, champions, envelopes_in, followed, left


@pytest.fixture
def log(tmp_path):
    return AuditLog(tmp_path / "log.jsonl")


def commit(log, digest, kind="promotion", model="m"):
    log.append(COMMIT, {"model": model, "version": "1", "content_digest": digest, "kind": kind})


def approve(log, digest, nonce):
    log.append(APPROVAL, {"model": "m", "content_digest": digest, "nonce": nonce, "envelope": {"payload": nonce}})


def test_an_empty_log_asks_the_registry(log):
    assert champion_digest(log.entries(), "m") == ""
    assert followed(log.entries(), "m", "b", held="a") == "a"
    assert followed(log.entries(), "m", "a", held="a") == ""


def test_champions_follow_each_other(log):
    commit(log, "a")
    commit(log, "x", model="other")
    assert followed(log.entries(), "m", "b", held="rogue") == "a"
    assert followed(log.entries(), "m", "a") == ""
    commit(log, "b")
    commit(log, "b", kind="restoration")
    entries = log.entries()
    assert (champion_digest(entries, "m"), len(champions(entries, "m"))) == ("b", 2)
    assert followed(entries, "m", "b") == "a"
    assert followed(entries, "m", "c") == "b"
    commit(log, "a", kind="rollback")
    assert followed(log.entries(), "m", "b") == "a"
    assert followed(log.entries(), "m", "a") == "b"


def test_a_champion_left_when_another_last_replaced_it(log):
    commit(log, "a")
    assert left(log.entries(), "m", "a") is None
    commit(log, "b")
    commit(log, "x", model="other")
    assert left(log.entries(), "m", "a") == log.entries()[1].moment
    commit(log, "a", kind="rollback")
    assert left(log.entries(), "m", "a") is None
    assert left(log.entries(), "m", "b") == log.entries()[3].moment
    commit(log, "c")
    assert left(log.entries(), "m", "a") == log.entries()[4].moment
    assert left(log.entries(), "m", "never") is None


def test_statements_are_found_by_their_digest(log):
    approve(log, "a", "n1")
    approve(log, "b", "n2")
    log.append(APPROVAL, {"content_digest": "a", "nonce": "n3"})
    assert envelopes_in(log.entries(), "a") == {"audit log entry 1": {"payload": "n1"}}
