from dataclasses import replace
from datetime import timedelta

import pytest

from vaegis.errors import ConfigError
from vaegis.governance import keyring
from vaegis.governance.approvals import ApprovalRule, WaiverRule, judge_approvals, require_people, waive
from vaegis.governance.dossier import Dossier
from vaegis.governance.gates import FAILED, PASSED, WAIVED, GateResult
from vaegis.governance.statement import REJECT, WAIVE, Heard

DAY = timedelta(days=1)
RISK = ApprovalRule(roles=("risk",))
OWNER = ApprovalRule(roles=("owner",))


def known(people, *statements, authors=("max@example.org",), **changes):
    heard = Heard(statements=statements)
    record = {"trust": people.trust, "heard": heard, "authors": frozenset(authors), "now": people.now}
    return Dossier(**{**record, **changes})


def outcome(rules, dossier):
    return [(result.status, result.value) for result in judge_approvals(rules, dossier)]


def test_who_has_the_role_and_approved_counts(people):
    ann, bob = people.statement("ann"), people.statement("bob")
    assert outcome([RISK], known(people, bob)) == [(PASSED, 1.0)]
    assert outcome([RISK], known(people, ann)) == [(FAILED, 0.0)]
    assert outcome([RISK], known(people)) == [(FAILED, 0.0)]
    (result,) = judge_approvals([RISK], known(people, bob))
    assert (result.name, result.reason) == ("approved by 1 of risk", "approved by bob")


def test_two_of_several_are_two_people(people):
    two = ApprovalRule(roles=("risk", "owner"), count=2)
    assert outcome([two], known(people, people.statement("bob"), people.statement("bob"))) == [(FAILED, 1.0)]
    assert outcome([two], known(people, people.statement("bob"), people.statement("ann"))) == [(PASSED, 2.0)]


def test_nobody_counts_for_two_rules(people):
    """Cid is of risk and an owner: alone he fills one place, and he makes way where another can fill his."""
    bob, cid = people.statement("bob"), people.statement("cid")
    assert sorted(outcome([RISK, OWNER], known(people, cid))) == [(FAILED, 0.0), (PASSED, 1.0)]
    assert outcome([RISK, OWNER], known(people, cid, bob)) == [(PASSED, 1.0), (PASSED, 1.0)]
    assert outcome([OWNER, RISK], known(people, cid, people.statement("ann"))) == [(PASSED, 1.0), (PASSED, 1.0)]


@pytest.mark.parametrize("author", ["bob", "BOB@example.org"])
def test_the_author_does_not_count(people, author):
    bob = people.statement("bob")
    (result,) = judge_approvals([RISK], known(people, bob, authors=[author]))
    assert (result.status, "bob made the model" in result.reason) == (FAILED, True)
    may = ApprovalRule(roles=("risk",), author=True)
    assert outcome([may], known(people, bob, authors=[author])) == [(PASSED, 1.0)]


def test_an_unknown_author_lets_nobody_count(people):
    (result,) = judge_approvals([RISK], known(people, people.statement("bob"), authors=()))
    assert result.status == FAILED
    assert "nobody knows who made the model" in result.reason


def test_an_old_approval_does_not_count(people):
    short = ApprovalRule(roles=("risk",), valid_days=5)
    assert outcome([short], known(people, people.statement("bob"))) == [(FAILED, 0.0)]
    assert outcome([short], known(people, people.statement("bob"), now=people.now - timedelta(seconds=1))) == [
        (PASSED, 1.0)
    ]


def test_a_rejection_refuses_whoever_else_approved(people):
    said = (people.statement("bob"), people.statement("cid", REJECT, reason="too few winters"))
    results = judge_approvals([RISK], known(people, *said))
    assert [(item.name, item.status) for item in results] == [
        ("approved by 1 of risk", PASSED),
        ("not rejected by cid", FAILED),
    ]
    assert "too few winters" in results[1].reason
    stranger = people.statement("eve", REJECT)
    assert outcome([RISK], known(people, people.statement("bob"), stranger)) == [(PASSED, 1.0)]


def test_what_does_not_count_is_named(people):
    dossier = known(people)
    dossier = replace(dossier, heard=Heard(faults=("approve-bob.json: it expired on 2026-06-30",)))
    (result,) = judge_approvals([RISK], dossier)
    assert result.reason == "nobody approved (does not count: approve-bob.json: it expired on 2026-06-30)"


def test_rules_that_nobody_can_satisfy_are_refused(people):
    require_people([RISK, ApprovalRule(roles=("risk",), count=2)], people.trust)
    with pytest.raises(ConfigError, match="approved by 3 of risk: impossible, 2 with a key have it \\(bob, cid\\)"):
        require_people([ApprovalRule(roles=("risk",), count=3)], people.trust)
    lost = keyring.revoke(people.trust, people.keys["bob"].key, people.now, "lost")
    with pytest.raises(ConfigError, match="impossible, 1 with a key"):
        require_people([ApprovalRule(roles=("risk",), count=2)], lost)
    with pytest.raises(ConfigError, match="nobody"):
        require_people([ApprovalRule(roles=("auditor",))], people.trust)


@pytest.mark.parametrize(
    ("rule", "fields", "message"),
    [
        (ApprovalRule, {"roles": ()}, "at least one role"),
        (ApprovalRule, {"roles": ("a",), "count": 0}, "at least one role and one person"),
        (ApprovalRule, {"roles": ("a",), "valid_days": 0.0}, "valid_days is 0"),
        (WaiverRule, {"roles": ()}, "waivers have no role"),
        (WaiverRule, {"roles": ("a",), "maximum_days": 1e9}, "maximum_days is 1"),
    ],
)
def test_impossible_rules_are_refused(rule, fields, message):
    with pytest.raises(ConfigError, match=message):
        rule(**fields)


RESULT = GateResult(
    name="nll",
    metric="m",
    status=FAILED,
    required=True,
    value=1.0,
    bound=0.0,
    condition="",
    reason="1 is not <= 0",
    why="w",
)
WAIVERS = WaiverRule(roles=("risk",), never=("sacred",))


def test_a_waiver_lets_a_failed_gate_pass(people):
    (result,) = waive([RESULT], WAIVERS, known(people, people.statement("bob", WAIVE)))
    assert (result.status, result.refuses) == (WAIVED, False)
    assert result.reason == "1 is not <= 0; waived by bob until 2026-07-21: looked at it"
    other = replace(RESULT, name="other")
    assert waive([other], WAIVERS, known(people, people.statement("bob", WAIVE))) == (other,)
    passed = replace(RESULT, status=PASSED)
    assert waive([passed], WAIVERS, known(people, people.statement("bob", WAIVE))) == (passed,)


@pytest.mark.parametrize(
    ("person", "changes", "rule", "why"),
    [
        ("ann", {}, WAIVERS, "ann is none of risk"),
        ("bob", {}, None, "the policy allows none"),
        ("bob", {"gate": "sacred"}, WAIVERS, "this gate is never waived"),
        ("bob", {"expires": "2027-01-01"}, WAIVERS, "it is for more than 90 days"),
        ("cid", {}, WAIVERS, "cid made the model"),
    ],
)
def test_a_waiver_that_does_not_count_says_why(people, person, changes, rule, why):
    said = people.statement(person, WAIVE, **changes)
    failed = replace(RESULT, name=changes.get("gate", "nll"))
    (result,) = waive([failed], rule, known(people, said, authors=["cid"]))
    assert result.refuses
    assert result.reason == f"1 is not <= 0; a waiver does not count: {why}"
