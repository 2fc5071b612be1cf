"""What people read first: the verdict, why, the baseline beside it, and where it all comes from. Markdown."""

from collections.abc import Mapping
from typing import Any, Final

from vaegis.governance import GateResult, Verdict
from vaegis.governance.gates import FAILED, PASSED
from vaegis.governance.verdict import AWAITING
from vaegis.registry.facts import Facts

_MARKS: Final = {PASSED: "pass", FAILED: "**FAIL**"}
_COMPARED: Final = {
    "evaluate/detection/injected_auroc": "injected faults, AUROC",
    "evaluate/detection/injected_ap": "injected faults, average precision",
    "evaluate/reconstruction/mean_r2": "reconstruction, mean R2",
    "evaluate/latent/active_units": "active latent dimensions",
    "evaluate/reconstruction/nll": "NLL, nats per row",
    "evaluate/synthetic/rule_pass_rate": "generated rows that obey the rules",
}
_DETECTION: Final = "evaluate/detection/"
_EVIDENCE: Final = "evaluate/"
_NAMED: Final = 2
"""Failed gates named in the first line; the table has all."""
_LOCKED: Final = (
    "data/validated/clean.parquet",
    "models/candidate",
    "models/baseline",
    "reports/evaluation/metrics.json",
)


def candidate_text(facts: Facts, baseline: Mapping[str, Any], verdict: Verdict | None, report: str = "") -> str:
    """Describe the candidate's run and version; `report` is the address of its report."""
    first = f"{headline(verdict)} {beside_baseline(facts.metrics)}".strip()
    parts = [f"{first} [Report]({report})" if report else first, _comparison(facts.metrics, baseline, facts.estimates)]
    if verdict is not None:
        parts += [*_reasons(verdict), gate_table(verdict)]
        parts += [requirement_table(verdict)] * bool(verdict.requirements)
    return "\n\n".join([*parts, lineage_text(facts)])


def baseline_text(facts: Facts, candidate: Mapping[str, Any]) -> str:
    """Describe the baseline's run."""
    what = "**Baseline**: a deterministic autoencoder by the same code; never registered, it shows what the VAE adds."
    return "\n\n".join([what, _comparison(candidate, facts.metrics, {}), lineage_text(facts)])


def headline(verdict: Verdict | None) -> str:
    """Return verdict and reason in a line: MLflow folds a description after three."""
    if verdict is None:
        return "**Verdict: pending**, stage `promote` has not judged it yet."
    if verdict.promoted:
        return f"**Verdict: promoted**, {verdict.summary.partition(': ')[2]}."
    if verdict.decision == AWAITING:
        return f"**Verdict: {verdict.summary}**."
    failed = "; ".join(f"{result.name}, {result.reason}" for result in verdict.refusals[:_NAMED])
    count = f"{len(verdict.refusals)} of {len(verdict.gates) + len(verdict.approvals)} gates failed"
    return f"**Verdict: refused**, {count}: {failed}{'; ...' if len(verdict.refusals) > _NAMED else ''}."


def beside_baseline(metrics: Mapping[str, Any]) -> str:
    """Return detection beside the best baseline, by name, in a sentence; empty if it was not measured."""
    own, best = metrics.get(f"{_DETECTION}injected_auroc"), metrics.get(f"{_DETECTION}best_baseline_auroc")
    if own is None or best is None:
        return ""
    scores = {name: value for name, value in metrics.items() if name.startswith(_DETECTION) and name.endswith("_auroc")}
    names = [name.removeprefix(_DETECTION).removesuffix("_auroc") for name, value in scores.items() if value == best]
    name = next((name for name in names if name != "best_baseline"), "baseline").replace("_", " ")
    return f"Injected faults: AUROC {own:.3f}, best baseline {best:.3f} ({name})."


def _reasons(verdict: Verdict) -> list[str]:
    failed = [f"- {result.name}: {result.reason}. {result.why}" for result in verdict.refusals]
    return ["\n".join([f"Compared with: {verdict.compared_with}.", "", *failed])]


def gate_table(verdict: Verdict) -> str:
    """Return the gates, failures first."""
    ordered = sorted((*verdict.gates, *verdict.approvals), key=lambda result: result.status != FAILED)
    rows = [f"| {_mark(result)} | {result.name} | {_number(result.value)} | {result.condition} |" for result in ordered]
    return "\n".join(["| | gate | value | asked |", "|---|---|---|---|", *rows])


def requirement_table(verdict: Verdict) -> str:
    """Return what was demanded in writing, and whether it is met."""
    rows = [
        f"| {item.status} | {item.id} | {item.text} | {item.source} | {item.owner} |" for item in verdict.requirements
    ]
    return "\n".join(["| | requirement | | source | owner |", "|---|---|---|---|---|", *rows])


def lineage_text(facts: Facts) -> str:
    """Return where the model comes from."""
    counts = facts.counts
    rows = f"{counts.get('clean', '?'):,} clean rows, {counts.get('quarantined', '?'):,} quarantined" if counts else ""
    locked = [f"- dvc.lock `{path}`: `{facts.outputs[path]}`" for path in _LOCKED if path in facts.outputs]
    lines = [
        f"- model: {facts.kind}, content digest `{facts.content_digest}`",
        f"- data: service `{facts.service}`, definition `{facts.definition[:12]}`, {rows}",
        f"- data fingerprint `{facts.data_fingerprint}`, validation: {facts.validation}",
        f"- code: git commit `{facts.git_commit}`, lineage key `{facts.lineage_key}`",
        f"- dvc.lock `{facts.dvc_lock}`",
        *locked,
    ]
    return "\n".join(["**Lineage**", "", *lines])


def _comparison(own: Mapping[str, Any], baseline: Mapping[str, Any], estimates: Mapping[str, Any]) -> str:
    rows = []
    for name, label in _COMPARED.items():
        if name in own or name in baseline:
            mine = _estimate(own.get(name), estimates.get(name.removeprefix(_EVIDENCE), {}))
            rows.append(f"| {label} | {mine} | {_number(baseline.get(name))} |")
    return "\n".join(["| on held-out rows | this model | baseline autoencoder |", "|---|---|---|", *rows])


def _estimate(value: Any, about: Mapping[str, Any]) -> str:
    """Write a number with its interval, or why there is none."""
    if value is None and about.get("reason"):
        return f"not computable, because {about['reason']}"
    low, high = about.get("low"), about.get("high")
    return _number(value) if low is None or high is None else f"{_number(value)} [{low:.4g}, {high:.4g}]"


def _mark(result: GateResult) -> str:
    mark = _MARKS.get(result.status, result.status)
    return mark if result.required else f"{mark} (advice)"


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "-"
