import pytest

from vaegis.governance import Verdict
from vaegis.governance.gates import FAILED, NOT_APPLICABLE, PASSED, GateResult
from vaegis.governance.requirements import RequirementResult
from vaegis.registry.describe import (
    baseline_text,
    beside_baseline,
    candidate_text,
    gate_table,
    headline,
    lineage_text,
    requirement_table,
)
from vaegis.registry.facts import Facts

METRICS = {
    "evaluate/detection/injected_auroc": 0.9,
    "evaluate/detection/best_baseline_auroc": 0.8,
    "evaluate/detection/isolation_forest_auroc": 0.8,
    "evaluate/detection/mahalanobis_auroc": 0.7,
    "evaluate/reconstruction/nll": 5.12345,
}


@pytest.fixture
def facts() -> Facts:
    return Facts(
        kind="vae",
        content_digest="c" * 64,
        lineage_key="l" * 64,
        service="machines_v1",
        definition="d" * 64,
        data_fingerprint="f" * 64,
        rows_digest="r" * 64,
        validation="admitted",
        counts={"clean": 12_345, "quarantined": 6},
        git_commit="g" * 40,
        dvc_lock="k" * 64,
        outputs={"models/candidate": "md5.dir", "somewhere/else": "md5"},
        metrics=METRICS,
    )


def gate(name: str, status: str, *, required: bool = True) -> GateResult:
    return GateResult(
        name=name,
        metric="m",
        status=status,
        required=required,
        value=None if status == FAILED else 1.0,
        bound=2.0,
        condition=">= 2",
        reason=f"{name} is so",
        why=f"why {name}",
    )


def verdict(*gates: GateResult) -> Verdict:
    refused = any(result.refuses for result in gates)
    return Verdict(
        decision="refused" if refused else "promoted",
        content_digest="c" * 64,
        policy_digest="p" * 64,
        compared_with="champion, version 1, on the same rows",
        gates=gates,
    )


def test_the_first_line_says_the_verdict() -> None:
    assert headline(None).startswith("**Verdict: pending**")
    assert headline(verdict(gate("a", PASSED))) == "**Verdict: promoted**, 1 of 1 gates passed."
    failed = [gate(name, FAILED) for name in "abc"]
    assert headline(verdict(*failed[:1])) == "**Verdict: refused**, 1 of 1 gates failed: a, a is so."
    assert headline(verdict(*failed)).endswith("3 of 3 gates failed: a, a is so; b, b is so; ....")


def test_a_verdict_that_waits_says_for_whom() -> None:
    waiting = Verdict(
        decision="awaiting approval",
        content_digest="c" * 64,
        policy_digest="p" * 64,
        compared_with="no champion yet",
        gates=(gate("a", PASSED),),
        approvals=(gate("approved by 1 of risk", FAILED),),
        requirements=(
            RequirementResult(id="R1", text="no holes", source="SR 11-7", owner="ann", status="met", reason="a"),
        ),
    )
    assert headline(waiting).startswith("**Verdict: awaiting approval: nothing else refuses it; approved by 1 of risk")
    assert "| **FAIL** | approved by 1 of risk |" in gate_table(waiting)
    assert "| met | R1 | no holes | SR 11-7 | ann |" in requirement_table(waiting)


def test_detection_stands_beside_the_best_baseline_by_name() -> None:
    assert beside_baseline(METRICS) == "Injected faults: AUROC 0.900, best baseline 0.800 (isolation forest)."
    assert beside_baseline({}) == ""


def test_failures_come_first_and_advice_is_marked() -> None:
    table = gate_table(verdict(gate("fine", PASSED), gate("odd", NOT_APPLICABLE), gate("bad", FAILED, required=False)))
    rows = table.splitlines()[2:]
    assert rows == [
        "| **FAIL** (advice) | bad | - | >= 2 |",
        "| pass | fine | 1 | >= 2 |",
        "| not applicable | odd | 1 | >= 2 |",
    ]


def test_a_candidate_shows_verdict_reasons_numbers_and_lineage(facts: Facts) -> None:
    baseline = {"evaluate/reconstruction/nll": 7.0}
    text = candidate_text(facts, baseline, verdict(gate("bad", FAILED), gate("fine", PASSED)))
    assert text.startswith("**Verdict: refused**, 1 of 2 gates failed: bad, bad is so. Injected faults: AUROC 0.900")
    for part in (
        "| NLL, nats per row | 5.123 | 7 |",
        "- bad: bad is so. why bad",
        "champion, version 1",
        "| pass | fine",
    ):
        assert part in text
    assert text.endswith(lineage_text(facts))
    pending = candidate_text(facts, baseline, None)
    assert pending.startswith("**Verdict: pending**")
    assert "| gate |" not in pending


def test_a_baseline_is_called_one(facts: Facts) -> None:
    text = baseline_text(facts, {"evaluate/reconstruction/nll": 4.0})
    assert text.startswith("**Baseline**")
    assert "| NLL, nats per row | 4 | 5.123 |" in text  # the candidate stands first


def test_lineage_names_what_the_model_was_made_of(facts: Facts) -> None:
    text = lineage_text(facts)
    for part in (*(letter * 64 for letter in "clfk"), "g" * 40, "`machines_v1`, definition `dddddddddddd`"):
        assert part in text
    assert "12,345 clean rows, 6 quarantined" in text
    assert "validation: admitted" in text
    assert "- dvc.lock `models/candidate`: `md5.dir`" in text
    assert "somewhere/else" not in text


def test_numbers_stand_with_their_interval_and_gaps_with_their_reason(facts):
    from dataclasses import replace

    estimates = {
        "detection/injected_auroc": {"low": 0.88, "high": 0.92, "reason": ""},
        "reconstruction/nll": {"low": None, "high": None, "reason": "a deterministic autoencoder has no posterior"},
    }
    metrics = {**METRICS, "evaluate/reconstruction/nll": None}
    text = candidate_text(replace(facts, metrics=metrics, estimates=estimates), {}, None)
    assert "| injected faults, AUROC | 0.9 [0.88, 0.92] | - |" in text
    assert "| not computable, because a deterministic autoencoder has no posterior | - |" in text
