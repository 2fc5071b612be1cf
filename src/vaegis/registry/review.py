"""Look at a registered version as a reviewer does: from its evidence alone, changing nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from vaegis.errors import VaegisError
from vaegis.governance import Policy, Reference, Verdict, decide, load_policy
from vaegis.governance.entry import Entry
from vaegis.governance.evidence_check import Evidence
from vaegis.governance.statement import Heard, Question
from vaegis.registry.address import preflight, tracking_uri
from vaegis.registry.case import asked, project_policy_file, reopen_case, stored_evidence
from vaegis.registry.download import Address
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import CHAMPION, CONTENT_DIGEST, PREVIOUS, ROWS_DIGEST
from vaegis.registry.snapshot import aliases
from vaegis.registry.stored import TAGS
from vaegis.registry.tracking import connect


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """One version on a reviewer's desk: verified, nothing moved."""

    uri: str
    policy: Policy
    version: ModelVersion
    entry: Entry
    """Its registration."""
    evidence: Evidence
    ledger: Ledger
    held: str
    """Content digest of the version that the registry's alias `champion` stands for; empty: none."""
    opponent: tuple[ModelVersion, Evidence | None] | None
    """The champion, or the one before it if this is the champion; its evidence if that verifies."""

    @classmethod
    def lay(cls, text: str) -> Self:
        """Fetch `NAME/VERSION` or `models:/NAME/VERSION` and verify every file of it.

        Raises:
            ConfigError: another form, or a broken policy.
            ArtifactError: there is no such version, or it is not what was registered, or has no evidence.
            ServiceError: MLflow does not answer.
        """
        policy, uri = load_policy(project_policy_file()), tracking_uri()
        address = Address.parse(text if text.startswith("models:/") else f"models:/{text}")
        preflight(uri)
        client = connect(uri)
        version = address.find(client)
        ledger = Ledger.read(uri)
        entry = ledger.require_registration(version.name, str(version.version), version.tags, TAGS)
        stands = aliases(client, version.name)
        return cls(
            uri=uri,
            policy=policy,
            version=version,
            entry=entry,
            evidence=stored_evidence(uri, client, version, entry),
            ledger=ledger,
            held=_digest(client, version.name, stands.get(CHAMPION)),
            opponent=_opponent(uri, client, ledger, version, stands),
        )

    @property
    def question(self) -> Question:
        """Return what somebody who approves the version now says yes to."""
        return asked(self.policy, self.ledger, self.version.name, self.held, self.evidence.content_digest)

    def review(self) -> "Review":
        """Judge the version from its evidence.

        Raises:
            ConfigError: the level needs a trust list or a register, and there is none.
        """
        case = reopen_case(self.policy, self.ledger, self.version.name, self.held, self.evidence)
        reference = self._reference()
        verdict = decide(self.policy, self.evidence.content_digest, case.figures.numbers, reference, case.dossier)
        return Review(
            desk=self,
            verdict=verdict,
            heard=case.dossier.heard,
            authors=tuple(sorted(case.figures.authors)),
            theirs=dict(reference.metrics) if reference else {},
            differences=self._differences(),
        )

    def _reference(self) -> Reference | None:
        if self.opponent is None:
            return None
        version, evidence = self.opponent
        compared = self.evidence.comparison
        same = (compared.get("opponent") or {}).get("content_digest") == version.tags.get(CONTENT_DIGEST)
        return Reference(
            label=f"champion, version {version.version}",
            metrics=evidence.figures.numbers if evidence else {},
            same_rows=version.tags.get(ROWS_DIGEST) == self.version.tags.get(ROWS_DIGEST),
            differences=(compared.get("comparison") or {}).get("metrics", {}) if same else {},
        )

    def _differences(self) -> dict[str, tuple[Any, Any]]:
        """Return what this version and the champion were made from that is not the same: theirs, then its own."""
        if self.opponent is None or self.opponent[1] is None:
            return {}
        own, theirs = _origin(self.evidence), _origin(self.opponent[1])
        return {
            name: (theirs.get(name), own.get(name))
            for name in sorted({*own, *theirs})
            if own.get(name) != theirs.get(name)
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What a reviewer sees."""

    desk: Desk
    verdict: Verdict
    heard: Heard
    authors: tuple[str, ...]
    theirs: Mapping[str, Any]
    """The champion's numbers, by path."""
    differences: Mapping[str, tuple[Any, Any]]
    """What it was made from: the champion's, its own."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        gates = {result.metric for result in self.verdict.gates}
        return {
            "model": self.desk.version.name,
            "version": str(self.desk.version.version),
            "verdict": self.verdict.to_json(),
            "champion": {name: value for name, value in self.theirs.items() if name in gates},
            "statements": [
                {"person": item.person, "kind": item.kind, "reason": item.reason} for item in self.heard.statements
            ],
            "do_not_count": list(self.heard.faults),
            "authors": list(self.authors),
            "differences": {name: list(pair) for name, pair in self.differences.items()},
            "registered_by": self.desk.entry.seq,
        }


def _origin(evidence: Evidence) -> dict[str, Any]:
    return {
        **evidence.made_from,
        **{f"params {name.replace('/', '.')}": value for name, value in evidence.parameters.items()},
    }


def _digest(client: MlflowClient, model: str, version: str | None) -> str:
    return str(client.get_model_version(model, version).tags.get(CONTENT_DIGEST, "")) if version else ""


def _opponent(
    uri: str, client: MlflowClient, ledger: Ledger, version: ModelVersion, stands: Mapping[str, str]
) -> tuple[ModelVersion, Evidence | None] | None:
    own = str(version.version)
    number = stands.get(PREVIOUS) if stands.get(CHAMPION) == own else stands.get(CHAMPION)
    if number is None or number == own:
        return None
    champion = client.get_model_version(version.name, number)
    try:
        entry = ledger.require_registration(version.name, number, champion.tags, TAGS)
        return champion, stored_evidence(uri, client, champion, entry)
    except VaegisError:
        return champion, None
