"""The case of one version: its evidence as it was registered, and what its decision needs beside the numbers."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from vaegis import paths
from vaegis.config.load import load_section
from vaegis.config.promote import PromoteConfig
from vaegis.config.register import RegisterConfig
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.governance import Dossier, Policy, load_policy
from vaegis.governance.entry import Entry
from vaegis.governance.evidence import Origin, assemble
from vaegis.governance.evidence_check import Evidence
from vaegis.governance.figures import Figures, read_estimates
from vaegis.governance.levels import EVIDENCE
from vaegis.governance.prepare import Candidate, prepare, question
from vaegis.governance.provenance import COMMITTED, MEASURES, Provenance, commit_of, trace
from vaegis.governance.requirements import expectations_of
from vaegis.governance.statement import Question
from vaegis.registry.facts import SOURCES, Facts
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import CONTENT_DIGEST
from vaegis.registry.stored import verified_files

STORED: Final = "artifacts/evidence"
"""Where the evidence lies among a version's files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What a version is judged by."""

    figures: Figures
    dossier: Dossier


def project_policy_file() -> Path:
    """Return the policy file that params.yaml names."""
    return Path(load_section("promote", PromoteConfig).policy)


def write_evidence(folder: Path, facts: Facts, cards: Mapping[str, str]) -> Path:
    """Assemble the evidence of the candidate in the working folder, below `folder`."""
    file = project_policy_file()
    bundle = SOURCES["train"].bundle
    origin = Origin(
        model=load_section("register", RegisterConfig).model,
        content_digest=facts.content_digest,
        lineage_key=facts.lineage_key,
        service=facts.service,
        definition=facts.definition,
        data_fingerprint=facts.data_fingerprint,
        git_commit=facts.git_commit,
        parts=read_json(bundle / "bundle.json")["parts"],
        outputs=facts.outputs,
    )
    figures = Figures.of(facts.evidence(bundle_verifies=True), read_estimates(), trace(bundle))
    made = folder / "evidence"
    assemble(made, origin, figures, load_policy(file), file, cards)
    return made


def stored_evidence(uri: str, client: MlflowClient, version: ModelVersion, entry: Entry) -> Evidence:
    """Return a version's evidence, every file of it held against the registration in the audit log.

    Raises:
        ArtifactError: there is none, or a file of the version is missing, altered or added.
    """
    files = verified_files(uri, client, version, entry, STORED)
    with tempfile.TemporaryDirectory() as private:
        for name, content in files.items():
            (Path(private) / name).write_bytes(content)
        found = Evidence.read(Path(private))
    digest = str(entry.body["content_digest"])
    if found.content_digest != digest:
        raise ArtifactError(f"the evidence is about content {found.content_digest[:12]}, not {digest[:12]}")
    return found


def open_case(
    policy: Policy,
    ledger: Ledger,
    version: ModelVersion,
    held: str,
    numbers: Mapping[str, Any],
    evidence: Evidence | None,
) -> Case:
    """Return the case of the candidate in the working folder.

    Who made it is what its evidence says: whoever runs the promotion, or commits an approval, has not made it.
    """
    wanted = {gate.metric for gate in policy.all_gates} & {*MEASURES}
    origin = trace(SOURCES["train"].bundle, wanted) if wanted else Provenance()
    figures = Figures.of({**numbers, **_completeness(evidence, numbers)}, read_estimates(), origin)
    notes = {**figures.notes, **_lacking(evidence)}
    figures = replace(figures, notes=notes, authors=evidence.figures.authors if evidence else frozenset())
    report = read_json(paths.VALIDATION_REPORT) if paths.VALIDATION_REPORT.is_file() else {}
    candidate = Candidate(model=version.name, content_digest=str(version.tags[CONTENT_DIGEST]), held=held)
    dossier = prepare(policy, candidate, figures, expectations_of(report), ledger.entries)
    return Case(figures=figures, dossier=dossier)


def reopen_case(policy: Policy, ledger: Ledger, model: str, held: str, evidence: Evidence) -> Case:
    """Return the case of a registered version from its evidence alone: no training data, no candidate's files."""
    commit, why = commit_of(evidence.locked_candidate)
    seen = {"provenance/bundle_verifies": 1, COMMITTED: int(bool(commit)), EVIDENCE: int(not evidence.lacking)}
    figures = evidence.figures
    notes = {**figures.notes, **_lacking(evidence), COMMITTED: why}
    figures = replace(figures, numbers={**figures.numbers, **seen}, notes=notes)
    candidate = Candidate(model=model, content_digest=evidence.content_digest, held=held)
    return Case(figures=figures, dossier=prepare(policy, candidate, figures, evidence.expectations, ledger.entries))


def asked(policy: Policy, ledger: Ledger, model: str, held: str, digest: str) -> Question:
    """Return what a statement about a version must say to count now."""
    return question(policy, Candidate(model=model, content_digest=digest, held=held), ledger.entries)


def _completeness(evidence: Evidence | None, numbers: Mapping[str, Any]) -> dict[str, int]:
    """Whether the registered evidence is whole and about these very numbers."""
    return {EVIDENCE: int(evidence is not None and not evidence.lacking and not _differs(evidence, numbers))}


def _differs(evidence: Evidence, numbers: Mapping[str, Any]) -> bool:
    measured = {name: value for name, value in numbers.items() if name.startswith("evaluate/")}
    return any(evidence.figures.numbers.get(name) != value for name, value in measured.items())


def _lacking(evidence: Evidence | None) -> dict[str, str]:
    if evidence is None:
        return {EVIDENCE: "the version has no evidence that verifies"}
    if evidence.lacking:
        return {EVIDENCE: f"it lacks {', '.join(evidence.lacking)}, and is not changed after registration; train anew"}
    return {EVIDENCE: "it was registered with other numbers; delete the version and its run, then `vaegis repro`"}
