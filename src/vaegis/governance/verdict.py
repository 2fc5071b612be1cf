"""The verdict on one version: every gate, its reason, and what follows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from vaegis.errors import ConfigError
from vaegis.governance.approvals import APPROVALS, judge_approvals, require_people, waive
from vaegis.governance.dossier import Dossier
from vaegis.governance.gates import FAILED, NOT_APPLICABLE, PASSED, WAIVED, GateResult, Reference
from vaegis.governance.judge import judge
from vaegis.governance.levels import LEVELS, REGULATED
from vaegis.governance.policy import Policy
from vaegis.governance.provenance import COMMITTED
from vaegis.governance.requirements import MET, RequirementResult, examine

PROMOTED: Final = "promoted"
REFUSED: Final = "refused"
AWAITING: Final = "awaiting approval"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was decided about one content digest, under one policy."""

    decision: str
    """`promoted`, `refused` or `awaiting approval`."""
    content_digest: str
    policy_digest: str
    compared_with: str
    """The champion the numbers were held against, or why there was none."""
    gates: tuple[GateResult, ...]
    level: str = "solo"
    approvals: tuple[GateResult, ...] = ()
    requirements: tuple[RequirementResult, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of `trust.yaml` and `requirements.yaml`, where they took part."""
    nonces: tuple[str, ...] = ()
    """Of the statements that the decision was made from."""

    @property
    def promoted(self) -> bool:
        """Whether the version earned `champion`."""
        return self.decision == PROMOTED

    @property
    def refusals(self) -> tuple[GateResult, ...]:
        """The gates and approvals that kept it from promotion."""
        return tuple(result for result in (*self.gates, *self.approvals) if result.refuses)

    @property
    def summary(self) -> str:
        """Return the verdict as one plain sentence."""
        asked = len(self.gates) + len(self.approvals)
        if not self.promoted:
            names = "; ".join(f"{result.name}: {result.reason}" for result in self.refusals)
            if self.decision == AWAITING:
                return f"awaiting approval: nothing else refuses it; {names}"
            return f"refused by {len(self.refusals)} of {asked} gates: {names}"
        counts = {
            "not applicable": sum(result.status == NOT_APPLICABLE for result in self.gates),
            "waived": sum(result.status == WAIVED for result in self.gates),
            "failed but only advise": sum(result.status == FAILED for result in self.gates),
        }
        passed = sum(result.status == PASSED for result in (*self.gates, *self.approvals))
        notes = "".join(f", {count} {what}" for what, count in counts.items() if count)
        return f"promoted: {passed} of {asked} gates passed{notes}"

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain JSON."""
        return {
            **asdict(self),
            "summary": self.summary,
            "gates": [asdict(result) for result in self.gates],
            "approvals": [asdict(result) for result in self.approvals],
            "requirements": [result.to_json() for result in self.requirements],
            "nonces": list(self.nonces),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Rebuild a verdict from `to_json`."""
        return cls(
            decision=record["decision"],
            content_digest=record["content_digest"],
            policy_digest=record["policy_digest"],
            compared_with=record["compared_with"],
            gates=tuple(GateResult(**gate) for gate in record["gates"]),
            level=record.get("level", "solo"),
            approvals=tuple(GateResult(**gate) for gate in record.get("approvals", ())),
            requirements=tuple(RequirementResult(**item) for item in record.get("requirements", ())),
            digests=record.get("digests", {}),
            nonces=tuple(record.get("nonces", ())),
        )


def decide(
    policy: Policy,
    digest: str,
    metrics: Mapping[str, Any],
    reference: Reference | None,
    dossier: Dossier | None = None,
) -> Verdict:
    """Judge every gate of the policy, and from level `team` on who approved; one failed required gate refuses.

    Raises:
        ConfigError: the level needs a trust list or a register, and there is none, or a rule that nobody can satisfy.
    """
    known = dossier or Dossier()
    results = tuple(judge(gate, metrics, reference, policy.on_other_rows, known) for gate in policy.all_gates)
    approvals: tuple[GateResult, ...] = ()
    if policy.is_signed:
        if known.trust is None:
            raise ConfigError(f"level {policy.level} needs a trust list", where="`vaegis keys new NAME --role ROLE`")
        require_people(policy.approvals, known.trust)
        results = _waived(policy, results, known)
        approvals = judge_approvals(policy.approvals, known)
    demands = examine(known.register, results, known.expectations) if known.register else ()
    if policy.level == REGULATED:
        results = (*results, _met(known, demands))
    return Verdict(
        decision=_decision(results, approvals),
        content_digest=digest,
        policy_digest=policy.digest,
        compared_with=_opponent(reference),
        gates=results,
        level=policy.level,
        approvals=approvals,
        requirements=demands,
        digests=_digests(known) if policy.is_signed else {},
        nonces=tuple(sorted(item.nonce for item in known.heard.statements)),
    )


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Turn nested metrics into paths: `{"a": {"b": 1}}` becomes `{"a/b": 1}`."""
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        path = f"{prefix}{name}"
        flat |= flatten(value, f"{path}/") if isinstance(value, Mapping) else {path: value}
    return flat


def _decision(results: tuple[GateResult, ...], approvals: tuple[GateResult, ...]) -> str:
    """Refuse for good what no signature and no commit of dvc.lock, both of which come after the run, can mend."""
    refusing = [result for result in (*results, *approvals) if result.refuses]
    if any(result.metric not in (APPROVALS, COMMITTED) for result in refusing):
        return REFUSED
    return AWAITING if refusing else PROMOTED


def _waived(policy: Policy, results: tuple[GateResult, ...], known: Dossier) -> tuple[GateResult, ...]:
    """Apply waivers to the gates of the file; what the level asks for cannot be waived."""
    fixed = {gate.name for gate in LEVELS[policy.level]}
    own = [result for result in results if result.name not in fixed]
    done = {result.name: result for result in waive(own, policy.waivers, known)}
    return tuple(done.get(result.name, result) for result in results)


def _met(known: Dossier, demands: tuple[RequirementResult, ...]) -> GateResult:
    """Hold every requirement against a regulated model; a failed one passes only if each gate behind it was waived."""
    open_ones = [item for item in demands if item.status != MET and not item.waived]
    reason = f"{len(demands)} requirements are met"
    if known.register is None:
        reason = "there is no requirements.yaml"
    elif not demands:
        reason = "requirements.yaml names no requirement"
    elif open_ones:
        reason = "; ".join(f"{item.id} is {item.status}: {item.reason}" for item in open_ones)
    passed = bool(demands) and not open_ones
    return GateResult(
        name="requirements met",
        metric="requirements",
        status=PASSED if passed else FAILED,
        required=True,
        value=float(len(open_ones)) if demands else None,
        bound=0.0,
        condition="none failed, none untested",
        reason=reason,
        why="What was demanded of the model in writing must have been tested, and hold.",
    )


def _digests(known: Dossier) -> dict[str, str]:
    held = {"trust": known.trust, "requirements": known.register}
    return {name: item.digest for name, item in held.items() if item is not None}


def _opponent(reference: Reference | None) -> str:
    if reference is None:
        return "no champion yet: gates against the champion do not apply"
    rows = "on the same rows" if reference.same_rows else "measured on other rows, not comparable"
    return f"{reference.label}, {rows}"
