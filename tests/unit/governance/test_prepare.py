from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vaegis.errors import ConfigError
from vaegis.governance import keyring
from vaegis.governance.approvals import ApprovalRule
from vaegis.governance.audit import APPROVAL, COMMIT, AuditLog
from vaegis.governance.entry import Entry
from vaegis.governance.figures import Figures
from vaegis.governance.gates import Gate
from vaegis.governance.policy import Policy
from vaegis.governance.prepare import Candidate, listen, prepare, present, question
from vaegis.governance.statement import APPROVE, REJECT, keep
from vaegis.governance.verdict import AWAITING, PROMOTED, REFUSED, decide

GATE = Gate(name="g", metric="a/b", why="w", operator=">=", threshold=2.0)
POLICY = Policy(version=1, gates=(GATE,), digest="p" * 64, level="team", approvals=(ApprovalRule(roles=("risk",)),))
PROVED = {"provenance/pickle_files": 0, "provenance/requirements_locked": 1, "provenance/committed": 1}
FIGURES = Figures(numbers={"a/b": 3, **PROVED}, notes={}, rows={"a/b": 9}, authors=frozenset(["max"]))
CANDIDATE = Candidate(model="m", content_digest="d" * 64)


@pytest.fixture
def project(tmp_path, monkeypatch, people):
    monkeypatch.chdir(tmp_path)
    keyring.save(people.trust)
    return tmp_path


def move(log, letter, kind="promotion"):
    """Make the content of this letter champion."""
    log.append(COMMIT, {"model": "m", "content_digest": letter * 64, "kind": kind})


def says(people, person="bob", kind=APPROVE, **changes):
    """Return somebody's word of now, and its envelope."""
    now = datetime.now(UTC)
    record = {
        "content_digest": CANDIDATE.content_digest,
        "policy_digest": POLICY.digest,
        "expects": "",
        "time": now.isoformat(),
        "expires": (now + timedelta(days=9)).isoformat(),
    }
    said = people.statement(person, kind, **{**record, **changes})
    return said, said.signed(people.keys[person])


def judged(entries=(), candidate=CANDIDATE):
    dossier = prepare(POLICY, candidate, FIGURES, {"e(a)": True}, entries)
    return decide(POLICY, candidate.content_digest, FIGURES.numbers, None, dossier).decision


def test_at_level_solo_nobody_is_asked(tmp_path):
    solo = Policy(version=1, gates=(GATE,))
    dossier = prepare(solo, CANDIDATE, FIGURES, {"e(a)": True}, (), tmp_path)
    assert (dossier.trust, dossier.heard.statements, dossier.register) == (None, (), None)
    assert (dossier.rows, dossier.expectations) == ({"a/b": 9}, {"e(a)": True})


def test_a_team_needs_its_trust_list(tmp_path):
    with pytest.raises(ConfigError, match="vaegis keys new"):
        prepare(POLICY, CANDIDATE, FIGURES, {}, (), tmp_path)


def test_an_approval_is_good_from_the_repository_or_from_the_log(project, people):
    assert judged() == AWAITING
    said, envelope = says(people)
    log = AuditLog(project / "log.jsonl")
    log.append(APPROVAL, {"content_digest": said.content_digest, "nonce": said.nonce, "envelope": envelope})
    assert judged(log.entries()) == PROMOTED
    file = keep(said, envelope)
    assert judged(()) == PROMOTED
    both = listen(POLICY, CANDIDATE, log.entries(), people.trust, datetime.now(UTC))
    assert (len(both.statements), both.faults) == (1, ())
    file.write_text("{}")
    assert judged(log.entries()) == PROMOTED
    assert judged(()) == AWAITING


def test_it_is_good_after_a_lost_database_was_rebuilt(project, people):
    """The log says who is champion; the new database knows nothing and numbers anew."""
    log = AuditLog(project / "log.jsonl")
    move(log, "c")
    said, envelope = says(people, expects="c" * 64)
    keep(said, envelope)
    assert judged(log.entries()) == PROMOTED
    log.append(APPROVAL, {"content_digest": said.content_digest, "nonce": said.nonce, "envelope": envelope})
    move(log, "d")
    assert judged(log.entries(), replace(CANDIDATE, held="")) == PROMOTED


def test_it_is_not_good_once_another_became_champion(project, people):
    said, envelope = says(people)
    keep(said, envelope)
    log = AuditLog(project / "log.jsonl")
    move(log, "e")
    assert judged(log.entries()) == AWAITING


def test_it_is_not_good_again_after_a_rollback(project, people):
    log = AuditLog(project / "log.jsonl")
    move(log, "c")
    said, envelope = says(people, expects="c" * 64)
    keep(said, envelope)
    log.append(APPROVAL, {"content_digest": said.content_digest, "nonce": said.nonce, "envelope": envelope})
    move(log, "d")
    move(log, "c", "rollback")
    assert question(POLICY, CANDIDATE, log.entries()).expects == "c" * 64
    assert judged(log.entries()) == AWAITING


@pytest.mark.parametrize("logged", [True, False])
def test_what_was_said_for_a_champion_does_not_bring_it_back(project, people, logged):
    """Nor what the log does not know: a rollback lasts until somebody approves anew."""
    log = AuditLog(project / "log.jsonl")
    move(log, "c")
    move(log, "d")
    said, envelope = says(people, expects="c" * 64)
    keep(said, envelope)
    if logged:
        log.append(APPROVAL, {"content_digest": said.content_digest, "nonce": said.nonce, "envelope": envelope})
    assert judged(log.entries()) == PROMOTED
    move(log, "c", "rollback")
    assert judged(log.entries()) == AWAITING
    keep(*says(people, expects="c" * 64))
    assert judged(log.entries()) == PROMOTED


def test_a_rejection_of_a_champion_outlasts_it(project, people):
    log = AuditLog(project / "log.jsonl")
    move(log, "c")
    move(log, "d")
    keep(*says(people, kind=REJECT, expects="c" * 64))
    move(log, "c", "rollback")
    people.enter("ann", "risk")
    keyring.save(people.trust)
    keep(*says(people, person="ann", expects="c" * 64))
    assert judged(log.entries()) == REFUSED
    keep(*says(people, expects="c" * 64))
    assert judged(log.entries()) == PROMOTED


def test_on_a_clock_set_back_what_expired_stays_expired():
    later = datetime.now(UTC) + timedelta(days=3)
    entry = Entry(seq=1, time=later.isoformat(), event=COMMIT, actor="a", body={}, previous="0" * 64)
    assert present([entry]) == later
    assert present([]) <= datetime.now(UTC)


def test_the_folder_is_the_project(project, people, monkeypatch):
    monkeypatch.chdir("/")
    assert prepare(POLICY, CANDIDATE, FIGURES, {}, (), Path(project)).trust.people == people.trust.people
