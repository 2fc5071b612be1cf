"""One line of the audit log: what happened, chained to the line before by its digest."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol, Self

from vaegis.errors import ArtifactError

NOTHING: Final = "0" * 64
"""What the first entry names as the one before it."""
CONTEXT: Final = b"vaegis audit entry v1\n"
"""Stands before what is signed, so that a signature made for another purpose is none here."""

_SAFE: Final = 2**53 - 1


class Signer(Protocol):
    """A private key in somebody's hand."""

    @property
    def key(self) -> str:
        """Return the id of the key."""

    @property
    def person(self) -> str:
        """Return who holds it."""

    def sign(self, message: bytes) -> bytes:
        """Return an Ed25519 signature, 64 bytes."""


class Verifier(Protocol):
    """Whoever knows which public keys count."""

    def verify(self, key: str, message: bytes, signature: bytes, at: datetime) -> str:
        """Return who signed; raise `ArtifactError` if the signature does not hold or the key did not count `at`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What happened, as it stands in the log."""

    seq: int
    """1, 2, 3, ..."""
    time: str
    """UTC, ISO 8601 to the microsecond; never before that of the entry before."""
    event: str
    actor: str
    body: Mapping[str, Any]
    previous: str
    """Digest of the entry before; `NOTHING` for the first."""
    key: str = ""
    """Id of the key that signed; empty: nobody did."""
    digest: str = ""
    """SHA-256 over the RFC 8785 form of everything but `digest` and `signature`."""
    signature: str = ""
    """Ed25519 over the digest, base64."""

    @property
    def moment(self) -> datetime:
        """Return the time of the entry."""
        return read_time(self.time)

    @property
    def line(self) -> bytes:
        """Return the entry as its line in the log, canonical by RFC 8785."""
        return canonical(asdict(self)) + b"\n"

    def sealed(self, signer: Signer | None) -> Self:
        """Return the entry with its digest, and signed if there is somebody to sign."""
        keyed = replace(self, key=signer.key if signer else "")
        digest = keyed.expected_digest()
        signature = base64.b64encode(signer.sign(CONTEXT + digest.encode())).decode() if signer else ""
        return replace(keyed, digest=digest, signature=signature)

    def expected_digest(self) -> str:
        """Return the digest that belongs to what the entry says."""
        said = {name: value for name, value in asdict(self).items() if name not in ("digest", "signature")}
        return hashlib.sha256(canonical(said)).hexdigest()

    def check(self, before: Self | None, verifier: Verifier | None) -> None:
        """Refuse an entry that does not follow from the one before, was edited, or is signed by nobody who counts.

        Raises:
            ArtifactError: says which entry and why.
        """
        seq, previous = (before.seq, before.digest) if before else (0, NOTHING)
        if self.seq != seq + 1:
            raise bad(seq + 1, f"it is numbered {self.seq}")
        if self.digest != self.expected_digest():
            raise bad(self.seq, "it was edited: its digest is not that of what it says")
        if self.previous != previous:
            raise bad(self.seq, "it does not follow from the entry before it, which was replaced or removed")
        if before and self.moment < before.moment:
            raise bad(self.seq, f"its time {self.time} is before that of the entry before it, {before.time}")
        if verifier:
            self._check_signature(before, verifier)

    def _check_signature(self, before: Self | None, verifier: Verifier) -> None:
        if not self.key:
            # A log that began at level `solo` may have an unsigned past, but signing never stops again.
            if before and before.key:
                raise bad(self.seq, "it is not signed, though the entries before it are")
            return
        try:
            signature = base64.b64decode(self.signature, validate=True)
            verifier.verify(self.key, CONTEXT + self.digest.encode(), signature, self.moment)
        except binascii.Error:
            raise bad(self.seq, "its signature is not base64") from None
        except ArtifactError as error:
            raise bad(self.seq, str(error)) from None


def parse(line: bytes, number: int) -> Entry:
    """Read one line; anything but the canonical form of an entry is refused, since two forms could hide an edit."""
    try:
        record = read_canonical(line)
        entry = Entry(**record)
        if not all(isinstance(record[name], str) for name in ("time", "event", "actor", "digest")):
            raise TypeError
        _ = entry.moment
    except (ValueError, TypeError, KeyError):
        raise bad(number, "it is not an entry") from None
    if set(record) != {field.name for field in fields(Entry)} or entry.line != line:
        raise bad(number, "it is not in canonical form, so it was written by hand")
    return entry


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 form of a JSON value; it has no NaN, no infinity and no whole number beyond 2^53."""
    import rfc8785  # noqa: PLC0415 - an install that only scores has none

    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise ArtifactError(f"a record cannot be written as canonical JSON ({error})") from None


def read_canonical(text: bytes) -> Any:
    """Read JSON; whole numbers beyond 2^53 are floats that RFC 8785 writes without a point."""
    return json.loads(text, parse_int=lambda digits: int(digits) if abs(int(digits)) <= _SAFE else float(digits))


def read_time(text: str) -> datetime:
    """Read an ISO time; without a zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def bad(number: int, why: str) -> ArtifactError:
    """Say which entry is the first that cannot be trusted."""
    where = "restore log and anchor from a backup; docs/governance.md"
    return ArtifactError(f"audit log, entry {number}: {why}", where=where)
