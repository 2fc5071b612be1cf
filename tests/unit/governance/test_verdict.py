import json
from dataclasses import replace

import pytest

from vaegis.errors import ConfigError
from vaegis.governance.approvals import ApprovalRule, WaiverRule
from vaegis.governance.dossier import Dossier
from vaegis.governance.gates import Gate, Reference
from vaegis.governance.policy import AuditPlace, Policy
from vaegis.governance.requirements import Register, Requirement
from vaegis.governance.statement import REJECT, WAIVE, Heard
from vaegis.governance.verdict import AWAITING, PROMOTED, REFUSED, Verdict, decide, flatten

ACTIVE = Gate(name="active", metric="a/b", why="w", operator=">=", threshold=2.0)
ADVICE = Gate(name="advice", metric="a/c", why="w", operator=">=", threshold=2.0, required=False)
NLL = Gate(name="nll", metric="a/nll", why="w", against="champion", direction="lower", margin=0.1)
POLICY = Policy(version=1, gates=(ACTIVE, ADVICE, NLL), digest="p")


def test_a_verdict_without_a_champion_says_so() -> None:
    verdict = decide(POLICY, "d", {"a/b": 3, "a/c": 1, "a/nll": 5.0}, None)
    assert verdict.promoted
    assert verdict.summary == "promoted: 1 of 3 gates passed, 1 not applicable, 1 failed but only advise"
    assert verdict.compared_with == "no champion yet: gates against the champion do not apply"


def test_one_failed_gate_refuses_and_is_named() -> None:
    champion = Reference(label="champion, version 1", metrics={"a/nll": 4.0}, same_rows=True)
    verdict = decide(POLICY, "d", {"a/b": 3, "a/c": 3, "a/nll": 5.0}, champion)
    assert not verdict.promoted
    assert [result.name for result in verdict.refusals] == ["nll"]
    assert verdict.summary.startswith("refused by 1 of 3 gates: nll: 5 is not <= 4.1")


def test_a_verdict_survives_json() -> None:
    verdict = decide(POLICY, "d", {"a/b": float("nan")}, None)
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json(), allow_nan=False))) == verdict


def test_metrics_become_paths() -> None:
    assert flatten({"evaluate": {"latent": {"rate": 1}, "x": 2}}) == {"evaluate/latent/rate": 1, "evaluate/x": 2}


RULES = (ApprovalRule(roles=("risk",)),)
TEAM = Policy(version=1, gates=(ACTIVE, ADVICE, NLL), digest="p" * 64, level="team", approvals=RULES)
REGULATED = replace(TEAM, level="regulated", on_other_rows="refuse", audit=AuditPlace(anchor="/x"))
SOUND = {
    "a/b": 3,
    "a/c": 3,
    "a/nll": 5.0,
    "provenance/pickle_files": 0,
    "provenance/requirements_locked": 1,
    "provenance/committed": 1,
    "provenance/evidence_complete": 1,
}


def known(people, *statements, **changes):
    heard = Heard(statements=statements)
    return Dossier(trust=people.trust, heard=heard, authors=frozenset(["max"]), now=people.now, **changes)


def test_a_team_waits_for_its_approval(people) -> None:
    waiting = decide(TEAM, "d", SOUND, None, known(people))
    assert (waiting.decision, waiting.promoted) == (AWAITING, False)
    assert waiting.summary.startswith("awaiting approval: nothing else refuses it; approved by 1 of risk: nobody")
    bob = people.statement("bob")
    approved = decide(TEAM, "d", SOUND, None, known(people, bob))
    assert approved.promoted
    assert (approved.level, approved.nonces) == ("team", (bob.nonce,))
    assert approved.summary == "promoted: 6 of 7 gates passed, 1 not applicable"
    assert Verdict.from_json(json.loads(json.dumps(approved.to_json()))) == approved


def test_an_approval_does_not_mend_a_failed_gate(people) -> None:
    verdict = decide(TEAM, "d", {**SOUND, "a/b": 1}, None, known(people, people.statement("bob")))
    assert verdict.decision == REFUSED


def test_a_rejection_refuses(people) -> None:
    verdict = decide(TEAM, "d", SOUND, None, known(people, people.statement("bob", REJECT)))
    assert verdict.decision == REFUSED
    assert "rejected by bob" in verdict.summary


def test_what_the_level_asks_cannot_be_waived(people) -> None:
    policy = replace(TEAM, waivers=WaiverRule(roles=("risk",)))
    said = [people.statement("bob", WAIVE, gate=gate) for gate in ("active", "no pickle")]
    dossier = known(people, people.statement("cid"), *said)
    verdict = decide(policy, "d", {**SOUND, "a/b": 1}, None, dossier)
    assert verdict.promoted
    assert "1 waived" in verdict.summary
    verdict = decide(policy, "d", {**SOUND, "provenance/pickle_files": 2}, None, dossier)
    assert [result.name for result in verdict.refusals] == ["no pickle"]


def test_a_team_without_a_trust_list_decides_nothing() -> None:
    with pytest.raises(ConfigError, match="level team needs a trust list"):
        decide(TEAM, "d", SOUND, None)


def demand(gate: str) -> Register:
    return Register(version=1, requirements=(Requirement(id="R1", text="t", source="s", owner="o", gates=(gate,)),))


@pytest.mark.parametrize(
    ("register", "decision", "reason"),
    [
        (None, REFUSED, "there is no requirements.yaml"),
        (Register(version=1), REFUSED, "names no requirement"),
        (demand("active"), PROMOTED, "1 requirements are met"),
        (demand("nll"), REFUSED, "R1 is untested: nll: not applicable: no champion yet"),
        (demand("gone"), REFUSED, "R1 is untested: the policy has no gate 'gone'"),
        (demand("advice"), REFUSED, "R1 is failed: advice: 1 is not >= 2"),
    ],
)
def test_a_regulated_model_meets_what_was_demanded(people, register, decision, reason) -> None:
    dossier = known(people, people.statement("bob"), register=register)
    verdict = decide(REGULATED, "d", {**SOUND, "a/c": 1}, None, dossier)
    assert verdict.decision == decision
    assert reason in verdict.gates[-1].reason
    if register:
        assert [item.id for item in verdict.requirements] == [item.id for item in register.requirements]


def test_a_requirement_only_informs_below(people) -> None:
    assert decide(TEAM, "d", SOUND, None, known(people, people.statement("bob"), register=demand("gone"))).promoted


def test_a_missing_proof_refuses_from_team_on(people) -> None:
    for name in list(SOUND)[3:]:
        some = {key: value for key, value in SOUND.items() if key != name}
        dossier = known(people, people.statement("bob"), register=demand("active"))
        waits = name == "provenance/committed"  # which comes after the run
        assert decide(REGULATED, "d", some, None, dossier).decision == (AWAITING if waits else REFUSED)
