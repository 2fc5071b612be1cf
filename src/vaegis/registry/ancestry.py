"""Lineage both ways: from a version to what and who is behind it; from rows or an entity to what learned from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from vaegis.errors import ArtifactError, ConfigError, VaegisError
from vaegis.governance.audit import APPROVAL, COMMIT, REGISTERED, REJECTION, REVOCATION, WAIVER
from vaegis.governance.entry import Entry
from vaegis.governance.story import about, tell
from vaegis.registry.address import tracking_uri
from vaegis.registry.download import Address
from vaegis.registry.entities import rows_of
from vaegis.registry.ledger import Ledger
from vaegis.registry.names import EVIDENCE_RUN
from vaegis.registry.stored import ENTITIES, TAGS, location, stored_files
from vaegis.registry.tracking import connect
from vaegis.registry.versions import all_versions

_PREFIX: Final = "vaegis."
_ROLE: Final = {
    REGISTERED: "registered it",
    COMMIT: "promoted it",
    APPROVAL: "approved it",
    REJECTION: "rejected it",
    WAIVER: "waived a gate",
    REVOCATION: "revoked it",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """One version that learned from what was asked for, or may have."""

    model: str
    version: str
    content_digest: str
    aliases: tuple[str, ...]
    rows: int | None
    """How many rows of the entity; None: asked by data, or nobody knows."""
    note: str = ""
    """What to know: deleted, revoked, or why it cannot be told."""


def ancestry(text: str) -> dict[str, Any]:
    """Return what a version comes from: rows, definitions, code, parameters, validation, and the people behind it.

    Raises:
        ConfigError: the address has another form.
        ArtifactError: there is no such version, or its tags are not what was registered.
    """
    uri = tracking_uri()
    client = connect(uri)
    version = Address.parse(text).find(client)
    name, number = version.name, str(version.version)
    ledger = Ledger.read(uri)
    entry = ledger.require_registration(name, number, version.tags, TAGS)
    said = {key.removeprefix(_PREFIX): value for key, value in version.tags.items() if key.startswith(_PREFIX)}
    life = [item for item in about(ledger.entries, name, number) if item.event in _ROLE]
    return {
        "model": name,
        "version": number,
        "content_digest": entry.body["content_digest"],
        "artifact_manifest": entry.body["artifact_manifest"],
        "rows": {"fingerprint": said.get("data_fingerprint", ""), "validation": said.get("validation", "")},
        "definitions": {"service": said.get("service", ""), "contract": said.get("definition", "")},
        "code": {key: said.get(key, "") for key in ("git_commit", "dvc_lock", "lineage_key")},
        "parameters": _parameters(client, version.tags.get(EVIDENCE_RUN) or version.run_id),
        "verdict": said.get("verdict", "not judged"),
        "people": [{"who": item.actor, "what": _ROLE[item.event], "when": item.time} for item in life],
        "life": tell(about(ledger.entries, name, number)),
    }


def learned_from_data(fingerprint: str) -> list[Learned]:
    """Return every version, also deleted ones, that learned from rows with this fingerprint (12 digits or more).

    Raises:
        ConfigError: the fingerprint is too short to mean one thing.
    """
    if len(fingerprint) < 12:
        raise ConfigError(f"{fingerprint!r} is no fingerprint", allowed="12 digits or more", where="--data")
    uri = tracking_uri()
    client, ledger = connect(uri), Ledger.read(uri)
    found = [entry for entry in ledger.registrations() if entry.body["data_fingerprint"].startswith(fingerprint)]
    return [_learned(client, ledger, entry) for entry in _last_of_each(found)]


def learned_from_entity(wanted: Mapping[str, str]) -> list[Learned]:
    """Return every version that learned from rows of an entity, and those of which nobody can tell.

    Raises:
        ConfigError: no version has such a key.
    """
    uri = tracking_uri()
    client, ledger = connect(uri), Ledger.read(uri)
    found, strangers, known = [], [], False
    for entry in _last_of_each(ledger.registrations()):
        place = _place(client, entry)
        try:
            with stored_files(f"{place}/{ENTITIES}") as file:
                rows = rows_of(file, wanted)
        except ConfigError as error:
            strangers.append(error)
            continue
        except (VaegisError, MlflowException):
            found.append(_learned(client, ledger, entry, note="it has no list of entities, so it may have"))
            continue
        known = True
        if rows:
            found.append(_learned(client, ledger, entry, rows=rows))
    if strangers and not known:
        raise strangers[0]
    return found


def _learned(client: MlflowClient, ledger: Ledger, entry: Entry, rows: int | None = None, note: str = "") -> Learned:
    model, number = str(entry.body["model"]), str(entry.body["version"])
    standing = {str(version.version): version for version in all_versions(client, model)}
    notes = [note] * bool(note)
    if number not in standing:
        notes.append("deleted from the registry")
    if revoked := ledger.revocation(entry.body["content_digest"]):
        notes.append(f"revoked by audit log entry {revoked.seq}")
    return Learned(
        model=model,
        version=number,
        content_digest=str(entry.body["content_digest"]),
        aliases=tuple(sorted(_aliases(client, model, number))),
        rows=rows,
        note="; ".join(notes),
    )


def _aliases(client: MlflowClient, model: str, number: str) -> list[str]:
    try:
        held = client.get_registered_model(model).aliases
    except MlflowException:
        return []
    return [alias for alias, version in held.items() if str(version) == number]


def _last_of_each(entries: Sequence[Entry]) -> list[Entry]:
    """Keep the last registration of each version: a rebuilt database numbers them anew."""
    return list({(entry.body["model"], entry.body["version"]): entry for entry in entries}.values())


def _place(client: MlflowClient, entry: Entry) -> str:
    try:
        return location(client, entry.body["model"], entry.body["version"])
    except ArtifactError:
        return str(entry.body["location"])


def _parameters(client: MlflowClient, run: str | None) -> dict[str, str]:
    try:
        return dict(sorted(client.get_run(run).data.params.items())) if run else {}
    except MlflowException:
        return {}
