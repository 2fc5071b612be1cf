"""Make a content digest unloadable, wherever and as whatever version it is registered."""

from vaegis.errors import ArtifactError, ConfigError, RefusedError
from vaegis.governance.audit import REVOCATION
from vaegis.governance.entry import Entry
from vaegis.registry.address import preflight, tracking_uri
from vaegis.registry.journal import audit_log, transaction_lock
from vaegis.registry.ledger import Ledger

_DIGITS = frozenset("0123456789abcdef")


def revoke(what: str, reason: str) -> Entry:
    """Revoke a content digest for good, named by itself or as `NAME/VERSION`; return the entry of the audit log.

    Raises:
        ConfigError: no reason, or neither a digest nor a version.
        ArtifactError: the log knows no such content, or was edited.
    """
    if not reason.strip():
        raise ConfigError(
            "a revocation without a reason", allowed="a sentence for whoever is refused", where="--reason"
        )
    uri = tracking_uri()
    preflight(uri)
    with transaction_lock(uri):
        ledger = Ledger.read(uri)
        digest = _digest(ledger, what)
        held = ledger.revocation(digest)
        if held is not None:
            return held
        known = [entry for entry in ledger.registrations() if entry.body["content_digest"] == digest]
        versions = sorted({f"{entry.body['model']}/{entry.body['version']}" for entry in known})
        return audit_log(uri).append(
            REVOCATION, {"content_digest": digest, "reason": reason.strip(), "versions": versions}
        )


def require_standing(digest: str, origin: str) -> None:
    """Refuse the content of a folder if the audit log that this place knows has revoked it.

    Raises:
        ArtifactError: the log was edited.
        RefusedError: it was revoked.
    """
    entry = Ledger.read(tracking_uri()).revocation(digest)
    if entry is not None:
        what = f"{origin} was revoked by {entry.actor} on {entry.time[:10]}: {entry.body['reason']}"
        raise RefusedError(f"{what} (content {digest[:12]}, audit log entry {entry.seq})", where="--model")


def _digest(ledger: Ledger, what: str) -> str:
    name, slash, version = what.rpartition("/")
    if slash:
        entry = ledger.registration(name.removeprefix("models:/"), version)
        if entry is None:
            raise ArtifactError(
                f"the audit log knows no version {what}", where="`vaegis show` lists what is registered"
            )
        return str(entry.body["content_digest"])
    if len(what) < 12 or not set(what) <= _DIGITS:
        allowed = "NAME/VERSION, or at least 12 digits of a content digest"
        raise ConfigError(f"{what!r} is neither a version nor a digest", allowed=allowed, where="vaegis revoke")
    found = sorted({str(entry.body["content_digest"]) for entry in ledger.registrations()})
    matching = [digest for digest in found if digest.startswith(what)]
    if len(matching) == 1:
        return matching[0]
    if len(what) == 64:
        # What was never registered here may be revoked before it arrives.
        return what
    known = ", ".join(digest[:12] for digest in found) or "none"
    raise ArtifactError(f"{len(matching)} registered contents begin with {what}", allowed=known, where="vaegis revoke")
