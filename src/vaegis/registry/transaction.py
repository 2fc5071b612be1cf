"""A move of the protected aliases, from INTENT to COMMIT; what a crash leaves in between comes to one outcome."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self

from vaegis.durable import finite
from vaegis.errors import VaegisError
from vaegis.governance.audit import ABORT, COMMIT, INTENT
from vaegis.governance.entry import Entry, canonical
from vaegis.registry.journal import audit_log, transaction_lock
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import CHAMPION, PROTECTED, TRANSACTION
from vaegis.registry.peek import peek
from vaegis.registry.swap import Aliases, Swap, finish_or_undo, is_database, swap

_REASON_LENGTH: Final = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """What shall be done, and by what right."""

    kind: str
    """`promotion`, `rollback` or `restoration`."""
    model: str
    version: str
    """The champion to be."""
    content_digest: str
    artifact_manifest: str
    expected: Aliases
    after: Aliases
    policy_digest: str = ""
    verdict: str = ""
    """SHA-256 of the verdict's canonical JSON."""
    reason: str = ""
    instead_of: str = ""
    """Content digest of the champion that a rollback takes off."""

    @classmethod
    def of(cls, kind: str, registration: Entry, expected: Aliases, after: Aliases, **said: str) -> Self:
        """Return the move that makes a registered version champion."""
        known = {key: registration.body[key] for key in ("model", "version", "content_digest", "artifact_manifest")}
        return cls(kind=kind, expected=expected, after=after, **known, **said)

    @property
    def body(self) -> dict[str, Any]:
        """What the audit log keeps."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return {**said, "alias": CHAMPION, "expected": dict(self.expected), "after": dict(self.after)}


def transact(uri: str, move: Move, check: Callable[[Ledger], None]) -> Entry:
    """Announce the move, check everything again, swap, and record it; return the record.

    Args:
        uri: of the registry.
        move: what shall be done.
        check: raises `VaegisError` if the version may not be what it is to become; the bytes are hashed here.

    Raises:
        RefusedError: somebody else was quicker, or the version was revoked.
        ArtifactError: the version was altered, or the log was.
        ServiceError: the registry does not answer.
    """
    log = audit_log(uri)
    with transaction_lock(uri):
        settle(uri)
        intent = log.append(INTENT, move.body)
        try:
            check(Ledger.read(uri))
        except VaegisError as error:
            log.append(ABORT, _ending(intent, str(error)))
            raise
        try:
            swap(uri, as_swap(intent))
        except VaegisError as error:
            # It may have failed before or after the database took it: only the registry can tell.
            ending = _settle(uri, intent, str(error))
            if ending.event == COMMIT:
                return ending
            raise
        return log.append(COMMIT, {**move.body, "intent": intent.seq})


def digest_of(verdict: Any) -> str:
    """Return the SHA-256 of a verdict, or of anything else that is JSON, in its canonical form."""
    return hashlib.sha256(canonical(finite(verdict))).hexdigest()


def settle(uri: str) -> list[Entry]:
    """End every transaction that a dead process left open, by what the registry shows; the caller holds the lock."""
    return [_settle(uri, intent, "its process died before it was done") for intent in Ledger.read(uri).unfinished()]


def as_swap(intent: Entry) -> Swap:
    """Return the change of the registry that an intent announces."""
    said = intent.body
    return Swap(
        model=said["model"],
        mark=intent.digest,
        expected=said["expected"],
        after=said["after"],
        version=said["version"],
        content_digest=said["content_digest"],
    )


def held_aliases(uri: str, model: str) -> dict[str, str | None]:
    """Return where the protected aliases stand."""
    held = peek(uri, model, ()).aliases
    return {alias: held.get(alias) for alias in PROTECTED}


def _settle(uri: str, intent: Entry, why: str) -> Entry:
    """The swap leaves its mark in the same transaction: with it, the move was made; without, it was not."""
    seen = peek(uri, intent.body["model"], ())
    moved = seen.model_tags.get(TRANSACTION) == intent.digest
    if moved and not is_database(uri):
        moved = finish_or_undo(uri, as_swap(intent))
    if moved:
        return audit_log(uri).append(COMMIT, {**intent.body, "intent": intent.seq})
    return audit_log(uri).append(ABORT, _ending(intent, why))


def _ending(intent: Entry, reason: str) -> dict[str, Any]:
    said = {key: intent.body[key] for key in ("kind", "model", "version", "content_digest")}
    return {**said, "intent": intent.seq, "reason": reason[:_REASON_LENGTH]}
