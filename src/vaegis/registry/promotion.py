"""The only mover of aliases: judge the candidate, then set `challenger`, `champion` and `previous`."""

import json
import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from vaegis import paths
from vaegis.durable import read_json
from vaegis.errors import ArtifactError, ServiceError
from vaegis.governance import Policy, Reference, Verdict, decide, flatten
from vaegis.registry.address import exclusive, tracking_uri
from vaegis.registry.describe import candidate_text
from vaegis.registry.facts import Facts, gather
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
from vaegis.registry.publication import publish
from vaegis.registry.receipt import Registration
from vaegis.registry.runs import set_tags
from vaegis.registry.snapshot import aliases
from vaegis.registry.tracking import connect
from vaegis.registry.versions import all_versions, set_version_tags, verifies

_LOG: Final = logging.getLogger(__name__)
_TAG_LENGTH: Final = 1000

Versions = Mapping[str, ModelVersion]


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


def promote(policy: Policy, registration: Registration, key: str) -> Outcome:
    """Judge the registered candidate and move the aliases; repeating it changes nothing.

    `key`, the hash of what the stage was given, is written last, so that a killed promotion is taken up again.

    Raises:
        ArtifactError: the registration is not about the candidate in the working folder.
        ServiceError: somebody else moved an alias in between.
    """
    uri = tracking_uri()
    with exclusive(uri):
        client = connect(uri)
        facts = gather("train")
        versions = {str(version.version): version for version in all_versions(client, registration.model)}
        version = _candidate(versions, registration, facts)
        before = aliases(client, registration.model)
        whole = verifies(client, version, facts.content_digest)
        evidence = facts.evidence(bundle_verifies=whole)
        verdict = decide(policy, facts.content_digest, evidence, _reference(client, versions, before, version, facts))
        after = _after(client, versions, before, version, verdict)
        _swap(client, registration.model, before, after)
        _publish(client, registration.run, version, verdict, facts)
        set_version_tags(client, version, {VERDICT_KEY: key})
    _LOG.info("%s version %s: %s", registration.model, version.version, verdict.summary)
    return Outcome(model=registration.model, version=str(version.version), aliases=after, verdict=verdict)


def _candidate(versions: Versions, registration: Registration, facts: Facts) -> ModelVersion:
    version = versions.get(registration.version)
    digest = version.tags.get(CONTENT_DIGEST) if version else None
    if version is None or digest != facts.content_digest:
        what = f"{registration.model} version {registration.version} is not the candidate {facts.content_digest[:12]}"
        raise ArtifactError(what, where="run `dvc repro register` first")
    return version


def _reference(
    client: MlflowClient, versions: Versions, before: Mapping[str, str], candidate: ModelVersion, facts: Facts
) -> Reference | None:
    """Return the champion's numbers; a candidate that is champion already is held against the one it followed.

    So a promotion killed half-way and taken up again comes to the same verdict.
    """
    own = str(candidate.version)
    held = before.get(CHAMPION)
    held = before.get(PREVIOUS) if held == own else held
    if held is None or held == own or held not in versions:
        return None
    champion = versions[held]
    return Reference(
        label=f"champion, version {held}",
        metrics=_metrics_of(client, champion),
        same_rows=champion.tags.get(ROWS_DIGEST) == facts.rows_digest,
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


def _after(
    client: MlflowClient, versions: Versions, before: Mapping[str, str], candidate: ModelVersion, verdict: Verdict
) -> dict[str, str]:
    """Return where the aliases belong."""
    after = dict(before)
    own, held = str(candidate.version), before.get(CHAMPION)
    if verdict.promoted and held != own:
        if held is not None:
            after[PREVIOUS] = held
        after[CHAMPION] = own
    newest = _newest_whole(client, versions)
    if newest is not None:
        after[CHALLENGER] = newest
    return after


def _newest_whole(client: MlflowClient, versions: Versions) -> str | None:
    for version in sorted(versions.values(), key=lambda item: int(item.version), reverse=True):
        digest = version.tags.get(CONTENT_DIGEST)
        if digest and verifies(client, version, digest):
            return str(version.version)
    return None


def _swap(client: MlflowClient, model: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Move the aliases if nobody else did meanwhile; `previous` first, so a kill in between loses no champion."""
    now = aliases(client, model)
    if now != before:
        what = f"the aliases of {model} were moved meanwhile, from {dict(before)} to {now}"
        raise ServiceError(what, where="nothing; run `dvc repro promote` again to judge against the new champion")
    for alias in (PREVIOUS, CHAMPION, CHALLENGER):
        if alias in after and before.get(alias) != after[alias]:
            client.set_registered_model_alias(model, alias, after[alias])


def _publish(client: MlflowClient, run: str, version: ModelVersion, verdict: Verdict, facts: Facts) -> None:
    """Make the verdict visible on run and version."""
    text = candidate_text(facts, flatten(read_json(paths.BASELINE_METRICS)), verdict)
    publish(client, run, version, text, judged=True)
    client.log_text(run, json.dumps(verdict.to_json(), sort_keys=True, indent=2), f"{EVIDENCE}/verdict.json")
    reasons = "; ".join(result.name for result in verdict.refusals) or "none"
    tags = {VERDICT: verdict.decision, REASONS: reasons[:_TAG_LENGTH]}
    set_tags(client, run, tags)
    set_version_tags(client, version, tags)
