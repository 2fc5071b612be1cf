"""What the policy comes to on the evidence before the candidate is registered, for the report; no mlflow."""

from dataclasses import replace
from pathlib import Path

from vaegis import paths
from vaegis.bundle import read_bundle
from vaegis.config.load import load_section
from vaegis.config.register import RegisterConfig
from vaegis.config.report import ReportConfig
from vaegis.errors import ArtifactError
from vaegis.evaluation.report.cards import About
from vaegis.governance import Policy, Verdict, decide
from vaegis.governance.dossier import Dossier
from vaegis.governance.figures import Figures, read_estimates
from vaegis.governance.levels import SOLO
from vaegis.governance.provenance import MEASURES, Provenance, trace
from vaegis.registry.facts import Facts, last_author
from vaegis.registry.opponent import Compared


def preview(policy: Policy, facts: Facts, compared: Compared) -> Verdict:
    """Judge the gates as a promotion will, but for what people say: approvals and waivers come after the report."""
    wanted = [gate.metric for gate in policy.all_gates if gate.metric in MEASURES]
    origin = trace(paths.CANDIDATE, wanted) if wanted else Provenance()
    figures = Figures.of(facts.evidence(bundle_verifies=_is_whole()), read_estimates(), origin)
    alone = replace(policy, gates=policy.all_gates, level=SOLO, approvals=(), waivers=None)
    known = Dossier(rows=figures.rows, notes=figures.notes, folder=Path())
    return decide(alone, facts.content_digest, figures.numbers, compared.reference(facts.rows_digest), known)


def about_candidate(facts: Facts, config: ReportConfig, policy: Policy) -> About:
    """Return what the cards say that the evidence does not. No commit and no lock: they move without the model."""
    people = [f"{rule.count} of {' or '.join(rule.roles)}" for rule in policy.approvals]
    return About(
        name=load_section("register", RegisterConfig).model,
        kind=facts.kind,
        owner=config.owner or last_author(),
        config=config,
        approvals=tuple(people),
        origin={
            "content digest": facts.content_digest,
            "lineage key": facts.lineage_key,
            "data fingerprint": facts.data_fingerprint,
            "feature definition": facts.definition,
            "feature service": facts.service,
        },
    )


def _is_whole() -> bool:
    try:
        read_bundle(paths.CANDIDATE)
    except ArtifactError:
        return False
    return True
