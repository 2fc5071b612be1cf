import json

from vaegis.governance.gates import Gate, Reference
from vaegis.governance.policy import Policy
from vaegis.governance.verdict import Verdict, decide, flatten

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
