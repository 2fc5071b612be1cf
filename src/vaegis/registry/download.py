"""From a registry address to a fitted model, verified on the very bytes that are loaded.

A version in a local database whose files lie here is found without importing mlflow, which takes two seconds.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from vaegis.bundle import Bundle, parse_bundle
from vaegis.errors import ArtifactError, ConfigError, RefusedError
from vaegis.governance.entry import Entry
from vaegis.registry.address import tracking_uri
from vaegis.registry.journal import require_signed
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import PROTECTED
from vaegis.registry.peek import Seen, see_version
from vaegis.registry.stored import BUNDLE, TAGS, files_at, location

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

_ADDRESS: Final = re.compile(r"models:/(?P<name>[^/@]+)(@(?P<alias>[^/@]+)|/(?P<version>\d+))")


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """A bundle in memory, and what vouches for it."""

    bundle: Bundle
    files: dict[str, bytes]
    """Those of the bundle, attachments and all."""
    model: str
    version: str
    entry: Entry
    """The registration in the audit log."""
    record: Entry | None
    """The promotion record, where the address is a protected alias."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A parsed registry address: an alias or a version of a model."""

    text: str
    name: str
    alias: str | None
    version: str | None

    @classmethod
    def parse(cls, text: str, where: str = "--model") -> Self:
        """Read `models:/NAME@ALIAS` or `models:/NAME/VERSION`; anything else is a `ConfigError`, which says `where`."""
        match = _ADDRESS.fullmatch(text)
        if match is None:
            allowed = "models:/NAME@ALIAS, models:/NAME/VERSION"
            raise ConfigError(f"{text} is no address", allowed=allowed, where=where)
        return cls(text=text, **match.groupdict())

    def find(self, client: "MlflowClient") -> "ModelVersion":
        """Return the version it stands for.

        Raises:
            ArtifactError: there is none.
        """
        from mlflow.exceptions import MlflowException  # noqa: PLC0415 - who has a client has paid for it

        try:
            if self.alias:
                return client.get_model_version_by_alias(self.name, self.alias)
            return client.get_model_version(self.name, self.version)
        except MlflowException as error:
            reason = str(error).splitlines()[0]
            raise ArtifactError(f"{self.text}: {reason}", where="`vaegis show` lists what is registered") from None


def fetch_verified(text: str) -> Verified:
    """Return the bundle at an address after its registration, revocation, promotion record and every file were checked.

    Raises:
        ConfigError: the address has another form.
        ArtifactError: there is no such version, a file, tag or alias is not what the audit log says, or the log itself
            was edited.
        RefusedError: the content was revoked.
        ServiceError: MLflow does not answer.
    """
    address = Address.parse(text)
    uri = tracking_uri()
    seen = see_version(uri, address.name, address.alias, address.version) or _ask(uri, address)
    name, number = seen.name, seen.number
    try:
        ledger = Ledger.read(uri)
        entry = ledger.require_registration(name, number, seen.tags, TAGS)
        require_not_revoked(ledger, name, number, entry.body["content_digest"])
        record = _promotion(ledger, address, number) if address.alias in PROTECTED else None
        require_signed(record or entry)
        files = files_at(seen.files, uri, name, number, entry)
        bundle = parse_bundle(files, BUNDLE)
    except ArtifactError as error:
        raise ArtifactError(f"{text}: {error}") from None
    if bundle.content_digest != entry.body["content_digest"]:
        what = (
            f"{text} holds content {bundle.content_digest[:12]}, but {entry.body['content_digest'][:12]} was registered"
        )
        raise ArtifactError(f"{what} by audit log entry {entry.seq}", where="restore the version's artifacts")
    return Verified(bundle=bundle, files=files, model=name, version=number, entry=entry, record=record)


def _ask(uri: str, address: Address) -> Seen:
    """Find a version through MLflow's client."""
    from vaegis.registry.tracking import connect  # noqa: PLC0415 - mlflow: two seconds

    client = connect(uri)
    version = address.find(client)
    name, number = version.name, str(version.version)
    return Seen(name=name, number=number, tags=dict(version.tags), files=location(client, name, number))


def require_not_revoked(ledger: Ledger, name: str, version: str, digest: str) -> None:
    """Refuse content that was revoked."""
    entry = ledger.revocation(digest)
    if entry is not None:
        what = f"{name} version {version} was revoked by {entry.actor} on {entry.time[:10]}: {entry.body['reason']}"
        where = f"use another version: `vaegis rollback {name}`"
        raise RefusedError(f"{what} (content {digest[:12]}, audit log entry {entry.seq})", where=where)


def _promotion(ledger: Ledger, address: Address, version: str) -> Entry:
    """Return the record by which the alias stands where it stands."""
    record = ledger.standing(address.name)
    lawful = record.body["after"].get(address.alias) if record else None
    where = f"`vaegis reconcile {address.name} --repair` puts it back"
    if record is None or lawful is None:
        what = (
            f"alias {address.alias} points at version {version}, but no promotion record of the audit log put it there"
        )
        raise ArtifactError(what, where="promote by the pipeline; " + where)
    if lawful != version:
        what = f"alias {address.alias} points at version {version}, but audit log entry {record.seq} put it on {lawful}"
        raise ArtifactError(what, where=where)
    return record
