"""The verdict on one version: every gate, its reason, and what follows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from vaegis.governance.gates import FAILED, NOT_APPLICABLE, PASSED, GateResult, Reference, judge
from vaegis.governance.policy import Policy

PROMOTED: Final = "promoted"
REFUSED: Final = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was decided about one content digest, under one policy."""

    decision: str
    """`promoted` or `refused`."""
    content_digest: str
    policy_digest: str
    compared_with: str
    """The champion the numbers were held against, or why there was none."""
    gates: tuple[GateResult, ...]

    @property
    def promoted(self) -> bool:
        """Whether the version earned `champion`."""
        return self.decision == PROMOTED

    @property
    def refusals(self) -> tuple[GateResult, ...]:
        """The gates that refused it."""
        return tuple(result for result in self.gates if result.refuses)

    @property
    def summary(self) -> str:
        """Return the verdict as one plain sentence."""
        if not self.promoted:
            names = "; ".join(f"{result.name}: {result.reason}" for result in self.refusals)
            return f"refused by {len(self.refusals)} of {len(self.gates)} gates: {names}"
        skipped = sum(result.status == NOT_APPLICABLE for result in self.gates)
        warned = sum(result.status == FAILED for result in self.gates)
        passed = sum(result.status == PASSED for result in self.gates)
        notes = [f"{skipped} not applicable"] * bool(skipped) + [f"{warned} failed but only advise"] * bool(warned)
        return f"promoted: {passed} of {len(self.gates)} gates passed" + "".join(f", {note}" for note in notes)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain JSON."""
        return {**asdict(self), "summary": self.summary, "gates": [asdict(result) for result in self.gates]}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Rebuild a verdict from `to_json`."""
        return cls(
            decision=record["decision"],
            content_digest=record["content_digest"],
            policy_digest=record["policy_digest"],
            compared_with=record["compared_with"],
            gates=tuple(GateResult(**gate) for gate in record["gates"]),
        )


def decide(policy: Policy, digest: str, metrics: Mapping[str, Any], reference: Reference | None) -> Verdict:
    """Judge every gate of the policy; one failed required gate refuses."""
    results = tuple(judge(gate, metrics, reference, policy.on_other_rows) for gate in policy.gates)
    refused = any(result.refuses for result in results)
    return Verdict(
        decision=REFUSED if refused else PROMOTED,
        content_digest=digest,
        policy_digest=policy.digest,
        compared_with=_opponent(reference),
        gates=results,
    )


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Turn nested metrics into paths: `{"a": {"b": 1}}` becomes `{"a/b": 1}`."""
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        path = f"{prefix}{name}"
        flat |= flatten(value, f"{path}/") if isinstance(value, Mapping) else {path: value}
    return flat


def _opponent(reference: Reference | None) -> str:
    if reference is None:
        return "no champion yet: gates against the champion do not apply"
    rows = "on the same rows" if reference.same_rows else "measured on other rows, not comparable"
    return f"{reference.label}, {rows}"
