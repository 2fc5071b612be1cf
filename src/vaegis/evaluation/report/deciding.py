"""The five figures that decide: where the policy's gates came nearest to their bounds, a topic each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vaegis.evaluation.report.material import Material, Score
from vaegis.governance.gates import FAILED, NOT_APPLICABLE, GateResult
from vaegis.governance.verdict import Verdict

NUMBER: Final = 5
EVALUATED: Final = "evaluate/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deciding:
    """A score and the gate that it is held against, if there is one."""

    score: Score
    gate: GateResult | None = None


def choose_deciding(material: Material, verdict: Verdict | None) -> list[Deciding]:
    """Return five scores: first those that refuse, then the tightest gate of each topic, then what has no gate."""
    refusing = [pair for pair in _pairs(material, verdict) if pair.gate is not None and pair.gate.refuses]
    others = tightest(material, verdict)
    chosen: list[Deciding] = []
    for wide in (False, True):  # one of each topic, then the next ones of any
        for pair in (*refusing, *others):
            held = pair in refusing or wide or pair.score.topic not in {item.score.topic for item in chosen}
            if held and pair.score.name not in {item.score.name for item in chosen}:
                chosen.append(pair)
    chosen += [Deciding(score=score) for score in _ungated(material, chosen)]
    return chosen[:NUMBER]


def tightest(material: Material, verdict: Verdict | None) -> list[Deciding]:
    """Return what the policy requires and the model passed, the nearest to its bound first."""
    return sorted((pair for pair in _pairs(material, verdict) if _counts(pair)), key=_slack)


def gates_of(verdict: Verdict | None, score: Score) -> list[GateResult]:
    """Return the gates that ask for a score."""
    return [] if verdict is None else [gate for gate in verdict.gates if gate.metric == f"{EVALUATED}{score.name}"]


def score_of(material: Material, gate: GateResult) -> Score | None:
    """Return the score that a gate asks for, if it is one of the evidence's."""
    return material.score(gate.metric.removeprefix(EVALUATED)) if gate.metric.startswith(EVALUATED) else None


def _counts(pair: Deciding) -> bool:
    gate = pair.gate
    return gate is not None and gate.required and gate.status not in (FAILED, NOT_APPLICABLE) and gate.bound is not None


def _pairs(material: Material, verdict: Verdict | None) -> list[Deciding]:
    gates = () if verdict is None else verdict.gates
    found = [(score_of(material, gate), gate) for gate in gates]
    return [Deciding(score=score, gate=gate) for score, gate in found if score is not None]


def _slack(pair: Deciding) -> float:
    """Return how far a passed gate is from failing: of shares in what was possible, else as a share of its bound."""
    gate = pair.gate
    if gate is None or gate.value is None or gate.bound is None:
        return float("inf")
    scale = max(abs(gate.bound), abs(gate.value))
    if pair.score.unit.startswith("share"):
        scale = abs((1.0 if gate.condition.startswith(">") else 0.0) - gate.bound)
    return abs(gate.value - gate.bound) / max(scale, 1e-12)


def _ungated(material: Material, chosen: Sequence[Deciding]) -> list[Score]:
    """Return the first score of each topic that says better or worse, topics not chosen yet first."""
    taken = {item.score.name for item in chosen}
    able = [s for s in material.scores if s.value is not None and s.direction != "neutral" and s.name not in taken]
    able = able or [s for s in material.scores if s.value is not None and s.name not in taken]
    first = {score.topic: score for score in reversed(able)}
    topics = {item.score.topic for item in chosen}
    order = sorted(first, key=lambda topic: (topic in topics, material.topics.index(topic)))
    return [first[topic] for topic in order]
