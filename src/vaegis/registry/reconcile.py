"""Hold the registry against the audit log: whatever differs is drift, and is named; aliases can be put back."""

from collections.abc import Sequence
from dataclasses import dataclass

from vaegis.errors import ArtifactError
from vaegis.governance.entry import Entry
from vaegis.registry.address import tracking_uri
from vaegis.registry.bench import Bench, recheck
from vaegis.registry.journal import require_signed, transaction_lock
from vaegis.registry.ledger import RESTORATION
from vaegis.registry.names import CHAMPION, PROTECTED
from vaegis.registry.protection import missing_triggers
from vaegis.registry.stored import TAGS, location, verified_bundle
from vaegis.registry.tracking import connect
from vaegis.registry.transaction import Move, settle, transact
from vaegis.registry.versions import all_versions


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not as the log has it."""

    model: str
    """Empty: the database as a whole."""
    kind: str
    """`alias`, `tag`, `files`, `version`, `unregistered`, `revoked`, `signature` or `triggers`."""
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """What reconciling came to."""

    settled: Sequence[Entry]
    """How transactions of dead processes ended."""
    repaired: Sequence[Entry]
    drifts: Sequence[Drift]


def reconcile(models: Sequence[str] = (), *, repair: bool = False) -> Report:
    """Finish what dead processes left, then compare registry and log; with `repair` put protected aliases back.

    Args:
        models: registered models; empty: all that the log or the registry knows.
        repair: restore aliases, by a recorded transaction, to what the log says.

    Raises:
        ArtifactError: the log itself was edited.
        ServiceError: the registry does not answer.
    """
    uri = tracking_uri()
    client = connect(uri)
    with transaction_lock(uri):
        settled = settle(uri)
    known = {found.name for found in client.search_registered_models(max_results=1000)}
    drifts: list[Drift] = []
    repaired: list[Entry] = []
    for model in sorted(models or known):
        bench = Bench.set_up(uri, client, model, all_versions(client, model))
        if repair and (entry := _restore(bench)) is not None:
            repaired.append(entry)
            bench = Bench.set_up(uri, client, model, all_versions(client, model))
        drifts += _aliases(bench) + _versions(bench)
    if missing := missing_triggers(uri):
        drifts.append(Drift("", "triggers", f"the database is protected, but lacks {', '.join(missing)}"))
    return Report(settled, repaired, drifts)


def _aliases(bench: Bench) -> list[Drift]:
    standing, found = bench.ledger.standing(bench.model), []
    for alias in PROTECTED:
        held, lawful = bench.held[alias], bench.lawful[alias]
        recorded = standing is not None or bench.ledger.has_promoted(bench.model)
        if held is not None and not recorded:
            found.append(Drift(bench.model, "alias", f"{alias} is version {held}, and no record says by what right"))
        elif held != lawful:
            where = f"version {held}" if held else "not set"
            belongs = f"version {lawful}" if lawful else "nowhere"
            by = f" (audit log entry {standing.seq})" if standing else ""
            found.append(Drift(bench.model, "alias", f"{alias} is {where}, but belongs to {belongs}{by}"))
    if standing is not None:
        try:
            require_signed(standing)
        except ArtifactError as error:
            found.append(Drift(bench.model, "signature", str(error)))
        if standing.body["version"] not in bench.versions:
            what = f"champion version {standing.body['version']} (audit log entry {standing.seq}) is gone"
            found.append(Drift(bench.model, "version", what))
    return found


def _versions(bench: Bench) -> list[Drift]:
    found = []
    for number, version in sorted(bench.versions.items(), key=lambda item: int(item[0])):
        entry = bench.ledger.registration(bench.model, number)
        if entry is None:
            found.append(Drift(bench.model, "unregistered", f"the log has no registration of version {number}"))
            continue
        stored = location(bench.client, bench.model, number)
        if entry.body["location"] and not stored.endswith(entry.body["location"].partition("://")[2]):
            what = f"version {number} points at {stored}, but was registered at {entry.body['location']}"
            found.append(Drift(bench.model, "version", f"{what} (entry {entry.seq})"))
        try:
            bench.ledger.require_registration(bench.model, number, version.tags, TAGS)
        except ArtifactError as error:
            found.append(Drift(bench.model, "tag", str(error).partition("; change: ")[0]))
        held = [alias for alias in PROTECTED if bench.held[alias] == number]
        if held and (revoked := bench.ledger.revocation(entry.body["content_digest"])):
            what = f"version {number} is {' and '.join(held)}, but was revoked (entry {revoked.seq})"
            found.append(Drift(bench.model, "revoked", what))
        try:
            verified_bundle(bench.uri, bench.client, version, entry)
        except ArtifactError as error:
            found.append(Drift(bench.model, "files", str(error).partition("; change: ")[0]))
    return found


def _restore(bench: Bench) -> Entry | None:
    """Put the protected aliases back to where the log has them, if the champion's bytes are still good."""
    standing, lawful = bench.ledger.standing(bench.model), bench.lawful
    if standing is None or bench.held == lawful or lawful[CHAMPION] is None:
        return None
    registration = bench.ledger.registration(bench.model, lawful[CHAMPION])
    assert registration is not None  # noqa: S101 - `standing` holds it
    move = Move.of(RESTORATION, registration, bench.held, lawful, reason="reconciled with the audit log")
    return transact(bench.uri, move, lambda ledger: recheck(bench.uri, bench.client, ledger, move))
