"""trust.yaml: whose signature counts, in which role, from when to when. Under version control, public keys only."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from vaegis import paths
from vaegis.errors import ArtifactError, ConfigError
from vaegis.governance import schema

_WHERE: Final = "trust.yaml"
_KEY_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicKey:
    """One Ed25519 key of a person."""

    id: str
    """First 16 hex digits of the SHA-256 of the key, see `keys.key_id`."""
    public: str
    """32 bytes, base64."""
    since: datetime
    """Counts from then on."""
    until: datetime | None = None
    """Counts before then; absent: no end."""
    revoked: datetime | None = None
    """Nothing signed from then on counts, and no approval that is still waiting. May lie in the past."""
    noted: datetime | None = None
    """When the revocation was written down: what the audit log took from the key before then stays in it."""
    reason: str = ""
    """Why it was revoked."""

    def __post_init__(self) -> None:
        """Refuse what is no key, and a validity that ends before it begins."""
        _ = self.raw
        if self.until is not None and self.until <= self.since:
            raise ConfigError(f"key {self.id}: until is before since", where=_WHERE)

    @property
    def raw(self) -> bytes:
        """Return the 32 bytes."""
        try:
            raw = base64.b64decode(self.public, validate=True)
        except binascii.Error:
            raw = b""
        if len(raw) != _KEY_BYTES:
            raise ConfigError(f"key {self.id}: public is {self.public!r}", allowed="32 bytes, base64", where=_WHERE)
        return raw

    def trouble(self, at: datetime, *, in_log: bool = False) -> str:
        """Say why the key does not count at this time, or did not for the audit log; empty if it does."""
        ends = (self.noted or self.revoked) if in_log else self.revoked
        if self.revoked is not None and ends is not None and at >= ends:
            return f"was revoked on {self.revoked:%Y-%m-%d}" + (f" ({self.reason})" if self.reason else "")
        if at < self.since:
            return f"counts only since {self.since:%Y-%m-%d}"
        if self.until is not None and at >= self.until:
            return f"expired on {self.until:%Y-%m-%d}"
        return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody whose signature counts."""

    name: str
    roles: tuple[str, ...]
    keys: tuple[PublicKey, ...] = ()
    emails: tuple[str, ...] = ()
    """As in git: who is an author may not approve."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """Everybody whose signature counts."""

    version: int
    """Format of the file; 1."""
    people: tuple[Person, ...] = ()
    digest: str = schema.hidden()
    """SHA-256 of the file."""

    def __post_init__(self) -> None:
        """Refuse another format, and a name or key that stands twice: one person would count as two."""
        if self.version != 1:
            raise ConfigError(f"trust version is {self.version}", allowed="1", where=_WHERE)
        keys = [key for person in self.people for key in person.keys]
        for what, found in (
            ("person", [person.name for person in self.people]),
            ("key", [key.id for key in keys]),
            ("public key", [key.public for key in keys]),
        ):
            if repeated := sorted({item for item in found if found.count(item) > 1}):
                raise ConfigError(f"{what} {repeated[0]!r} appears twice", allowed="each once", where=_WHERE)

    @property
    def roles(self) -> Mapping[str, tuple[str, ...]]:
        """Map every role to the people who have it and a key that was not revoked."""
        held: dict[str, list[str]] = {}
        for person in self.people:
            if any(key.revoked is None for key in person.keys):
                for role in person.roles:
                    held.setdefault(role, []).append(person.name)
        return {role: tuple(names) for role, names in sorted(held.items())}

    def person(self, name: str) -> Person:
        """Return the person called `name`; one who is not listed is an `ArtifactError`."""
        found = [person for person in self.people if person.name == name]
        if not found:
            allowed = ", ".join(sorted(person.name for person in self.people)) or "nobody yet"
            raise ArtifactError(f"{name!r} is not on the trust list", allowed=allowed, where=_WHERE)
        return found[0]

    def owner(self, key: str) -> tuple[Person, PublicKey]:
        """Return whose key this is."""
        for person in self.people:
            for held in person.keys:
                if held.id == key:
                    return person, held
        raise ArtifactError(f"key {key!r} is not on the trust list", where=_WHERE)

    def verify(self, key: str, message: bytes, signature: bytes, at: datetime, *, in_log: bool = False) -> str:
        """Return who signed; raise `ArtifactError` if the signature does not hold or the key did not count `at`."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an install that only scores has none
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        person, held = self.owner(key)
        if trouble := held.trouble(at, in_log=in_log):
            raise ArtifactError(f"key {key} of {person.name} {trouble}", where=_WHERE)
        try:
            Ed25519PublicKey.from_public_bytes(held.raw).verify(signature, message)
        except InvalidSignature:
            raise ArtifactError(f"the signature is not by key {key} of {person.name}: forged or altered") from None
        return person.name


@dataclass(frozen=True, slots=True)
class LogVerifier:
    """Checks signatures in the audit log, where a key revoked back to last week must not undo last week."""

    trust: Trust

    def verify(self, key: str, message: bytes, signature: bytes, at: datetime) -> str:
        """Return who signed; raise `ArtifactError` if the signature does not hold or the key did not count `at`."""
        return self.trust.verify(key, message, signature, at, in_log=True)


def load_trust(path: Path = paths.TRUST) -> Trust:
    """Read the trust list.

    Raises:
        ConfigError: it is missing, or something in it is unknown, mistyped or stands twice.
    """
    if not path.is_file():
        raise ConfigError(f"{path} does not exist", where="`vaegis keys new NAME --role ROLE` makes it")
    return schema.load(Trust, path, str(path))


def as_yaml(trust: Trust) -> dict[str, Any]:
    """Return the list as it stands in the file; empty fields are left out."""
    return {"version": trust.version, "people": [_lean(person) for person in trust.people]}


def _lean(record: Any) -> dict[str, Any]:
    found = {name: getattr(record, name) for name in type(record).__slots__}
    return {name: _plain(value) for name, value in found.items() if value not in ((), "", None)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return _lean(value) if isinstance(value, PublicKey) else value
