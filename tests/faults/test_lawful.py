"""Promote, approve, reject, roll back, revoke and crash in any order: governance never reaches an unlawful state.

The registry is one alias in memory under the same protocol as the real one; log, keys, signatures, statements and
decisions are the real ones. What is lawful is kept beside it in plain sets.
"""

import importlib.util
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from vaegis.governance import keyring
from vaegis.governance.approvals import ApprovalRule
from vaegis.governance.audit import ABORT, COMMIT, INTENT, REVOCATION, AuditLog
from vaegis.governance.figures import Figures
from vaegis.governance.gates import Gate
from vaegis.governance.policy import Policy
from vaegis.governance.prepare import Candidate, prepare, question
from vaegis.governance.record import EVENT_OF, champion_digest, champions
from vaegis.governance.statement import APPROVE, REJECT, keep
from vaegis.governance.trust import LogVerifier
from vaegis.governance.verdict import decide

_SPEC = importlib.util.spec_from_file_location("people", Path(__file__).parents[1] / "fixtures/people.py")
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

pytestmark = pytest.mark.slow
GATE = Gate(name="g", metric="a/b", why="w", operator=">=", threshold=2.0)
POLICY = Policy(version=1, gates=(GATE,), digest="p" * 64, level="team", approvals=(ApprovalRule(roles=("risk",)),))
PROVED = {"provenance/pickle_files": 0, "provenance/requirements_locked": 1, "provenance/committed": 1}
WORTH = {"a" * 64: 3, "b" * 64: 2, "c" * 64: 4, "d" * 64: 1}
"""Content digest -> its number; the last one fails its gate."""
DIGESTS, SPEAKERS = st.sampled_from([*sorted(WORTH), *sorted(WORTH)[:3]]), st.sampled_from(["ann", "bob", "max"])
BEFORE_SWAP, AFTER_SWAP, NEVER = "before the swap", "after the swap", "never"
DEATHS = st.sampled_from([NEVER, NEVER, BEFORE_SWAP, AFTER_SWAP])


class Killed(Exception):  # noqa: N818 - not an error of anybody's
    """The process died here."""


class Registry:
    """One alias, changed as the real one is: announce, check, compare and swap with a mark, record."""

    def __init__(self, root, people):
        self.root, self.people = root, people
        self.log = AuditLog(root / "log.jsonl", verifier=self, signer=lambda: people.keys["ops"])
        self.alias, self.mark = "", ""

    def verify(self, *given):
        return LogVerifier(self.people.trust).verify(*given)

    def settle(self):
        """End what a dead process left: the mark tells whether the swap was made."""
        entries = self.log.entries()
        ended = {entry.body["intent"] for entry in entries if entry.event in (COMMIT, ABORT)}
        for entry in entries:
            if entry.event == INTENT and entry.seq not in ended:
                ending = {**entry.body, "intent": entry.seq}
                entries += (self.log.append(COMMIT if self.mark == entry.digest else ABORT, ending),)
        return entries

    def verdict(self, digest):
        figures = Figures(
            numbers={"a/b": WORTH[digest], **PROVED}, notes={}, rows={}, authors=frozenset(["max@example.org"])
        )
        candidate = Candidate(model="m", content_digest=digest, held=self.alias)
        dossier = prepare(POLICY, candidate, figures, {}, self.log.entries(), self.root)
        return decide(POLICY, digest, figures.numbers, None, dossier)

    def move(self, kind, digest, expected, death):
        intent = self.log.append(INTENT, {"model": "m", "content_digest": digest, "kind": kind})
        if death == BEFORE_SWAP:
            raise Killed
        if self.alias != expected:
            self.log.append(ABORT, {**intent.body, "intent": intent.seq})
            return
        self.alias, self.mark = digest, intent.digest
        if death == AFTER_SWAP:
            raise Killed
        self.log.append(COMMIT, {**intent.body, "intent": intent.seq})


class Lawful(RuleBasedStateMachine):
    """What people and processes do, and what must never come of it."""

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        people = _MODULE.People()
        for name in ("ann", "bob", "max"):
            people.enter(name, "risk", since=datetime.now(UTC) - timedelta(days=1))
        people.enter("ops", "service", since=datetime.now(UTC) - timedelta(days=1))
        self.registry = Registry(self.root, people)
        keyring.save(people.trust, self.root / "trust.yaml")
        self.words = {}  # (person, digest, expects) -> last word
        self.used = set()  # of these, approvals of a version that was replaced since
        self.line, self.lost, self.revoked = [], set(), set()

    def teardown(self):
        shutil.rmtree(self.root)

    @initialize(digests=st.permutations(sorted(WORTH)[:3]))
    def begin_with_two_champions(self, digests):
        for digest in digests[:2]:
            self.speak("ann", digest, APPROVE, logged=True)
            self.promote(digest, NEVER)
        self.speak("bob", digests[2], APPROVE, logged=True)

    @rule(person=SPEAKERS, digest=DIGESTS, kind=st.sampled_from([APPROVE, APPROVE, REJECT]), logged=st.booleans())
    def speak(self, person, digest, kind, logged):
        """Sign, and keep it in the repository; `logged`: in the log as well."""
        people, now = self.registry.people, datetime.now(UTC)
        asked = question(POLICY, Candidate(model="m", content_digest=digest), self.registry.log.entries())
        times = {"time": now.isoformat(), "expires": (now + timedelta(days=9)).isoformat()}
        about = {"content_digest": digest, "policy_digest": POLICY.digest, "expects": asked.expects}
        said = people.statement(person, kind, **about, **times)
        envelope = said.signed(people.keys[person])
        keep(said, envelope, self.root / "approvals")
        if person not in self.lost:
            body = {"content_digest": digest, "nonce": said.nonce, "envelope": envelope}
            if logged:
                self.registry.log.append(EVENT_OF[kind], body, signer=people.keys[person])
            self.words[person, digest, asked.expects] = kind
            self.used.discard((person, digest, asked.expects))

    @rule(digest=DIGESTS, death=DEATHS)
    def promote(self, digest, death):
        self.registry.settle()
        expected = self.follows(digest)
        able = {"ann", "bob", "max"} - self.lost
        words = {
            person: self.words.get((person, digest, expected))
            for person in able
            if self.line[-1:] == [digest] or (person, digest, expected) not in self.used
        }
        approved = APPROVE in (words.get("ann"), words.get("bob"))
        lawful = WORTH[digest] >= 2 and approved and REJECT not in words.values()
        verdict = self.registry.verdict(digest) if able else None
        assert (verdict is not None and verdict.promoted) == lawful, verdict and verdict.summary
        if not lawful or digest in self.revoked or self.registry.alias == digest:
            return
        self.attempt("promotion", digest, self.registry.alias, death)

    @rule(person=SPEAKERS, digest=DIGESTS, kind=st.sampled_from([APPROVE, APPROVE, REJECT]), death=DEATHS)
    def speak_and_promote(self, person, digest, kind, death):
        self.speak(person, digest, kind, logged=True)
        self.promote(digest, death)

    @precondition(lambda self: len(self.line) > 1)
    @rule()
    def come_back(self):
        """Roll back, and try to promote again what was rolled back, by the same words."""
        left = self.line[-1]
        self.roll_back(NEVER)
        self.promote(left, NEVER)

    @precondition(lambda self: len(self.line) > 1)
    @rule(death=st.sampled_from([NEVER, BEFORE_SWAP, AFTER_SWAP]))
    def roll_back(self, death):
        self.registry.settle()
        before = next((digest for digest in reversed(self.line[:-1]) if digest != self.line[-1]), None)
        if before and before not in self.revoked:
            self.attempt("rollback", before, self.registry.alias, death)

    @rule(digest=DIGESTS)
    def lose_the_race(self, digest):
        """Somebody else moved the alias since this process looked."""
        self.registry.settle()
        if digest != self.registry.alias:
            held = self.registry.alias
            self.registry.move("promotion", digest, "e" * 64, NEVER)
            assert self.registry.alias == held

    @precondition(lambda self: len(self.revoked) + len(self.lost) < 2)
    @rule(digest=DIGESTS, person=SPEAKERS, content=st.booleans())
    def take_back(self, digest, person, content):
        """Revoke a content, or somebody's key."""
        if content:
            self.registry.log.append(REVOCATION, {"content_digest": digest, "reason": "bad rows"})
            self.revoked.add(digest)
        elif person not in self.lost:
            people = self.registry.people
            people.trust = keyring.revoke(people.trust, people.keys[person].key, datetime.now(UTC), "lost")
            self.lost.add(person)
            keyring.save(people.trust, self.root / "trust.yaml")

    @invariant()
    def the_log_and_the_alias_tell_one_story(self):
        entries = self.registry.settle()
        assert champion_digest(entries, "m") == self.registry.alias == (self.line[-1] if self.line else "")
        assert [entry.body["content_digest"] for entry in champions(entries, "m")] == self.line
        assert {entry.body["content_digest"] for entry in entries if entry.event == REVOCATION} == self.revoked
        assert WORTH.get(self.registry.alias, 9) >= 2

    def follows(self, digest):
        """Return what a word about `digest` must have been about, by the plain line of champions."""
        line = ["", *self.line]
        return next(item for item in reversed(line) if item != digest)

    def attempt(self, kind, digest, expected, death):
        with suppress(Killed):
            self.registry.move(kind, digest, expected, death)
        if death != BEFORE_SWAP:
            left = self.line[-1] if self.line else ""
            self.line.append(digest)
            # What was said for the one who left is used up, unless it is champion again; a rejection stands.
            self.used |= {key for key, word in self.words.items() if key[1] == left and word == APPROVE}


Lawful.TestCase.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLawful = Lawful.TestCase


def test_words_about_a_champion_do_not_outlast_it():
    """Found by the machine: approved anew while it stood, and back as soon as it was rolled back."""
    machine, (first, second, third, _) = Lawful(), sorted(WORTH)
    machine.begin_with_two_champions([first, second, third])
    for _ in range(3):
        machine.come_back()
    machine.speak("ann", first, APPROVE, logged=True)
    machine.come_back()
    assert machine.line[-1] == second
    machine.teardown()


def test_a_champion_by_rollback_is_judged_by_what_made_it_champion():
    """Found by the machine. A lost database is rebuilt from it; no alias moves by it."""
    machine, (first, second, third, _) = Lawful(), sorted(WORTH)
    machine.begin_with_two_champions([second, first, third])
    machine.come_back()
    assert not machine.registry.verdict(first).promoted
    machine.come_back()
    assert machine.registry.alias == first
    assert machine.registry.verdict(first).promoted
    machine.teardown()
