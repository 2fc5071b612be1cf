"""The first sentence: whether to promote this model, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vaegis.evaluation.comparison.comparison import Comparison
from vaegis.evaluation.comparison.difference import WORSE
from vaegis.evaluation.comparison.words import headline, tell_verdict
from vaegis.evaluation.report.deciding import tightest
from vaegis.evaluation.report.material import Material
from vaegis.evaluation.report.naming import title_of
from vaegis.governance.gates import FAILED, NOT_APPLICABLE, PASSED
from vaegis.governance.verdict import Verdict

PROMOTE: Final = "promote"
REFUSE: Final = "refuse"
OPEN: Final = "open"
_NAMED: Final = 2
_MOST: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """What the page opens with."""

    decision: str
    """`promote`, `refuse` or `open`: nobody has judged the model by a policy."""
    word: str
    """The decision in two or three words."""
    why: str
    """The rest of the sentence."""
    remarks: tuple[str, ...]
    """What to know before following it."""

    @property
    def sentence(self) -> str:
        """The whole of it."""
        return f"{self.word}: {self.why}."


def recommend(
    material: Material, verdict: Verdict | None, comparison: Comparison | None, approvals: Sequence[str] = ()
) -> Recommendation:
    """Say what the policy comes to on this evidence, and what it does not see; `approvals`: whose it asks for."""
    asked = [f"Beside its gates the policy asks for the approval of {' and of '.join(approvals)}."] if approvals else []
    remarks = (*asked, *_advice(verdict), *_compared(comparison), *_unknown(material))[:_MOST]
    if verdict is None:
        why = "no policy has judged this model yet; below is what was measured of it"
        return Recommendation(decision=OPEN, word="No recommendation", why=why, remarks=remarks)
    if not verdict.promoted:
        return Recommendation(decision=REFUSE, word="Do not promote this model", why=_refusal(verdict), remarks=remarks)
    why = _promotion(material, verdict)
    return Recommendation(decision=PROMOTE, word="Promote this model", why=why, remarks=remarks)


def _refusal(verdict: Verdict) -> str:
    named = "; ".join(f"{gate.name} ({gate.reason})" for gate in verdict.refusals[:_NAMED])
    rest = len(verdict.refusals) - _NAMED
    count = f"{len(verdict.refusals)} of {len(verdict.gates)} gates of the policy refuse it"
    return f"{count}: {named}" + (f", and {rest} more" if rest > 0 else "")


def _promotion(material: Material, verdict: Verdict) -> str:
    required = [gate for gate in verdict.gates if gate.required and gate.status == PASSED]
    why = f"it passes all {len(required)} gates that the policy requires and that apply"
    nearest = next((pair.gate for pair in tightest(material, verdict)), None)
    if nearest is None or nearest.value is None:
        return why
    return f"{why}, the tightest of them “{nearest.name}” with {nearest.value:.4g} where {nearest.condition} is asked"


def _advice(verdict: Verdict | None) -> list[str]:
    if verdict is None:
        return []
    failed = [gate for gate in verdict.gates if gate.status == FAILED]
    told = [f"Advice, not required: {gate.name}: {gate.reason}." for gate in failed if not gate.required]
    skipped = [gate.name for gate in verdict.gates if gate.status == NOT_APPLICABLE]
    if skipped:
        told.append(f"Not applicable: {', '.join(skipped)} ({verdict.compared_with}).")
    return told


def _compared(comparison: Comparison | None) -> list[str]:
    if comparison is None:
        return []
    worse = [item for item in headline(comparison) if item.verdict == WORSE]
    note = " Look at what got worse before promoting." if worse else ""
    told = tell_verdict(comparison)
    return [f"{told[:1].upper()}{told[1:]}{note}"]


def _unknown(material: Material) -> list[str]:
    missing = [score for score in material.scores if score.value is None]
    if not missing:
        return []
    first = missing[0]
    rest = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
    return [f"Not computable: {title_of(first.name)}, because {first.reason or 'nothing says why'}{rest}."]
