"""Stage `promote`: judge the candidate; if it earned it, a transaction makes it `champion`."""

import json
import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from vaegis import paths
from vaegis.durable import read_json
from vaegis.errors import ArtifactError
from vaegis.governance import Policy, Reference, Verdict, decide, flatten
from vaegis.governance.entry import Entry
from vaegis.governance.evidence_check import Evidence
from vaegis.registry.address import exclusive, tracking_uri
from vaegis.registry.bench import Bench, recheck, require_heard
from vaegis.registry.case import open_case, stored_evidence
from vaegis.registry.describe import candidate_text
from vaegis.registry.enrolment import enrol
from vaegis.registry.facts import Facts, gather
from vaegis.registry.ledger import PROMOTION, RESTORATION, Ledger
from vaegis.registry.names import (
    CHALLENGER,
    CHAMPION,
    CONTENT_DIGEST,
    EVIDENCE,
    EVIDENCE_METRICS,
    EVIDENCE_RUN,
    PREVIOUS,
    REASONS,
    ROWS_DIGEST,
    VERDICT,
    VERDICT_KEY,
)
from vaegis.registry.notice import notify
from vaegis.registry.objections import find_objections, held_against
from vaegis.registry.opponent import paired_differences
from vaegis.registry.publication import publish, report_link
from vaegis.registry.receipt import Registration
from vaegis.registry.runs import set_tags
from vaegis.registry.snapshot import aliases
from vaegis.registry.stored import is_whole
from vaegis.registry.tracking import connect
from vaegis.registry.transaction import Move, digest_of, transact
from vaegis.registry.versions import all_versions, set_version_tags

_LOG: Final = logging.getLogger(__name__)
_TAG_LENGTH: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The verdict and where the aliases stand after it."""

    model: str
    version: str
    aliases: Mapping[str, str]
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as plain JSON."""
        return {
            "model": self.model,
            "version": self.version,
            "aliases": dict(self.aliases),
            "verdict": self.verdict.to_json(),
        }


def promote(policy: Policy, registration: Registration, key: str, notice: str = "") -> Outcome:
    """Judge the registered candidate and move the aliases; repeating it changes nothing.

    `key`, the hash of what the stage was given, is written last, so that a killed promotion is taken up again.
    `notice` is who is told of a promotion (`promote.notify`).

    Raises:
        ArtifactError: the registration is not about the candidate in the working folder, or the log was edited.
        RefusedError: somebody else moved an alias in between.
    """
    uri = tracking_uri()
    with exclusive(uri):
        client = connect(uri)
        facts = gather("train")
        versions = all_versions(client, registration.model)
        version = _candidate(versions, registration, facts)
        entry = enrol(uri, client, version)
        bench = Bench.set_up(uri, client, registration.model, versions)
        verdict = _judge(policy, bench, version, entry, facts)
        move = _move(bench, version, entry, verdict)
        if move is not None:
            record = transact(uri, move, lambda ledger: _check_again(bench, ledger, move))
            notify(notice, record)
        _challenge(bench)
        _publish(client, registration.run, version, verdict, facts)
        set_version_tags(client, version, {VERDICT_KEY: key})
        held = aliases(client, registration.model)
    _LOG.info("%s version %s: %s", registration.model, version.version, verdict.summary)
    return Outcome(model=registration.model, version=str(version.version), aliases=held, verdict=verdict)


def _candidate(versions: Sequence[ModelVersion], registration: Registration, facts: Facts) -> ModelVersion:
    version = next((found for found in versions if str(found.version) == registration.version), None)
    digest = version.tags.get(CONTENT_DIGEST) if version else None
    if version is None or digest != facts.content_digest:
        what = f"{registration.model} version {registration.version} is not the candidate {facts.content_digest[:12]}"
        raise ArtifactError(what, where="run `dvc repro register` first")
    return version


def _judge(policy: Policy, bench: Bench, version: ModelVersion, entry: Entry, facts: Facts) -> Verdict:
    own, digest = str(version.version), facts.content_digest
    whole = is_whole(bench.uri, bench.client, version, entry)
    opponent = bench.opponent(own)
    objections = find_objections(bench.client, bench.ledger, policy, version.name, own, digest, opponent)
    policy, held_against_it = held_against(policy, objections)
    numbers = {**facts.evidence(bundle_verifies=whole), **held_against_it}
    evidence = _evidence(bench, version, entry) if policy.is_signed else None
    case = open_case(policy, bench.ledger, version, bench.digest(bench.held[CHAMPION]), numbers, evidence)
    return decide(policy, digest, case.figures.numbers, _reference(bench, opponent, facts), case.dossier)


def _evidence(bench: Bench, version: ModelVersion, entry: Entry) -> Evidence | None:
    try:
        return stored_evidence(bench.uri, bench.client, version, entry)
    except ArtifactError:
        return None


def _reference(bench: Bench, opponent: str | None, facts: Facts) -> Reference | None:
    if opponent is None:
        return None
    champion = bench.versions[opponent]
    return Reference(
        label=f"champion, version {opponent}",
        metrics=_metrics_of(bench.client, champion),
        same_rows=champion.tags.get(ROWS_DIGEST) == facts.rows_digest,
        differences=paired_differences(champion.tags.get(CONTENT_DIGEST, "")),
    )


def _metrics_of(client: MlflowClient, version: ModelVersion) -> Mapping[str, Any]:
    """Return all metrics of a version, or the headline ones if its artifacts are gone."""
    run = version.tags.get(EVIDENCE_RUN) or version.run_id
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(client.download_artifacts(run, EVIDENCE_METRICS, folder))
            return flatten(json.loads(file.read_text(encoding="utf-8")))
    except (MlflowException, OSError, ValueError):
        pass
    try:
        return dict(client.get_run(run).data.metrics)
    except MlflowException:
        return {}


def _move(bench: Bench, version: ModelVersion, entry: Entry, verdict: Verdict) -> Move | None:
    """Return what is to be moved: to the candidate if it earned it, else back to where the log has the aliases."""
    own, lawful = str(version.version), bench.lawful
    champion, standing = lawful[CHAMPION], bench.ledger.standing(version.name)
    record = digest_of(verdict.to_json())
    if verdict.promoted and (champion != own or standing is None):
        after = {CHAMPION: own, PREVIOUS: champion if champion != own else lawful[PREVIOUS]}
        return Move.of(PROMOTION, entry, bench.held, after, policy_digest=verdict.policy_digest, verdict=record)
    if standing is None or bench.held == lawful or champion is None:
        return None
    _LOG.warning("%s: the aliases stood at %s without a record; the audit log has %s", version.name, bench.held, lawful)
    kept = bench.ledger.registration(version.name, champion)
    assert kept is not None  # noqa: S101 - `standing` holds it
    return Move.of(RESTORATION, kept, bench.held, lawful, reason="stood elsewhere without a record")


def _check_again(bench: Bench, ledger: Ledger, move: Move) -> None:
    if move.kind == PROMOTION:
        require_heard(bench.ledger, ledger, move.content_digest)
    recheck(bench.uri, bench.client, ledger, move)


def _challenge(bench: Bench) -> None:
    """Set `challenger` to the newest version that is whole; it is nobody's to protect."""
    for version in sorted(bench.versions.values(), key=lambda item: int(item.version), reverse=True):
        own = str(version.version)
        entry = bench.ledger.registration(version.name, own)
        if is_whole(bench.uri, bench.client, version, entry):
            if aliases(bench.client, version.name).get(CHALLENGER) != own:
                bench.client.set_registered_model_alias(version.name, CHALLENGER, own)
            return


def _publish(client: MlflowClient, run: str, version: ModelVersion, verdict: Verdict, facts: Facts) -> None:
    """Make the verdict visible on run and version."""
    baseline = flatten(read_json(paths.BASELINE_METRICS))
    text = candidate_text(facts, baseline, verdict, report_link(client, run))
    publish(client, run, version, text, judged=True)
    client.log_text(run, json.dumps(verdict.to_json(), sort_keys=True, indent=2), f"{EVIDENCE}/verdict.json")
    reasons = "; ".join(result.name for result in verdict.refusals) or "none"
    tags = {VERDICT: verdict.decision, REASONS: reasons[:_TAG_LENGTH]}
    set_tags(client, run, tags)
    set_version_tags(client, version, tags)
