"""What a decision about a model starts from: its versions, the audit log, where aliases stand and where they belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from vaegis.errors import ArtifactError, RefusedError
from vaegis.governance.record import EVENT_OF
from vaegis.registry.download import require_not_revoked
from vaegis.registry.journal import transaction_lock
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import CHAMPION, CONTENT_DIGEST, PREVIOUS, PROTECTED
from vaegis.registry.stored import TAGS, verified_bundle
from vaegis.registry.swap import Aliases
from vaegis.registry.transaction import Move, held_aliases, settle


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """The registry and the log at one moment, nothing unfinished between them."""

    uri: str
    client: MlflowClient
    model: str
    versions: Mapping[str, ModelVersion]
    ledger: Ledger
    held: Aliases
    """Where the protected aliases stand."""

    @classmethod
    def set_up(cls, uri: str, client: MlflowClient, model: str, versions: Sequence[ModelVersion]) -> Self:
        """Finish what dead processes left, then look."""
        with transaction_lock(uri):
            settle(uri)
        return cls(
            uri=uri,
            client=client,
            model=model,
            versions={str(version.version): version for version in versions},
            ledger=Ledger.read(uri),
            held=held_aliases(uri, model),
        )

    @property
    def lawful(self) -> dict[str, str | None]:
        """Where the protected aliases belong: by the log; where it has never promoted this model, where they stand."""
        standing = self.ledger.standing(self.model)
        if standing is not None:
            said = standing.body["after"]
        else:
            said = {} if self.ledger.has_promoted(self.model) else self.held
        return {alias: said.get(alias) if said.get(alias) in self.versions else None for alias in PROTECTED}

    def digest(self, version: str | None) -> str:
        """Return the content digest of a version; empty: there is none."""
        found = self.versions.get(version) if version is not None else None
        return str(found.tags.get(CONTENT_DIGEST, "")) if found is not None else ""

    def opponent(self, own: str) -> str | None:
        """Return the version to compare `own` with: the champion, or, if `own` is that already, the one before it.

        So a promotion killed half-way and taken up again comes to the same verdict.
        """
        lawful = self.lawful
        found = lawful[PREVIOUS] if lawful[CHAMPION] == own else lawful[CHAMPION]
        if found is None or found == own:
            return None
        digest = self.versions[found].tags.get(CONTENT_DIGEST, "")
        return None if self.ledger.revocation(digest) else found


def require_heard(known: Ledger, now: Ledger, digest: str) -> None:
    """Refuse if somebody approved, rejected or waived since the judgement.

    Raises:
        RefusedError: names what was said.
    """
    since = [entry for entry in now.entries[len(known.entries) :] if entry.body.get("content_digest") == digest]
    if said := [entry for entry in since if entry.event in EVENT_OF.values()]:
        what = f"{said[0].event} by {said[0].actor} (audit log entry {said[0].seq}) came after the judgement"
        raise RefusedError(what, where="repeat it, and it will be heard")


def recheck(uri: str, client: MlflowClient, ledger: Ledger, move: Move) -> None:
    """Check again, just before the swap, that what was judged is there: log, tags, revocations, every byte.

    Raises:
        ArtifactError: a tag or file was altered since, or the version was registered anew.
        RefusedError: it was revoked since.
    """
    version = client.get_model_version(move.model, move.version)
    entry = ledger.require_registration(move.model, move.version, version.tags, TAGS)
    if entry.body["artifact_manifest"] != move.artifact_manifest:
        what = f"{move.model} version {move.version} was registered anew by audit log entry {entry.seq}"
        raise RefusedError(what, where="repeat it")
    if entry.body["content_digest"] != move.content_digest:
        raise ArtifactError(f"{move.model} version {move.version} has another content digest by now")
    require_not_revoked(ledger, move.model, move.version, move.content_digest)
    verified_bundle(uri, client, version, entry)
