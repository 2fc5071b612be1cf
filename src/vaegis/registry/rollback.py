"""Take the champion off by hand: back to the one before it, whose bytes are checked again."""

from vaegis.errors import ArtifactError, ConfigError, RefusedError
from vaegis.governance.entry import Entry
from vaegis.registry.address import tracking_uri
from vaegis.registry.bench import Bench, recheck
from vaegis.registry.ledger import ROLLBACK, back_to
from vaegis.registry.names import CHAMPION, PREVIOUS
from vaegis.registry.notice import notify
from vaegis.registry.tracking import connect
from vaegis.registry.transaction import Move, transact
from vaegis.registry.versions import all_versions


def roll_back(model: str, reason: str, to: str = "", notice: str = "") -> Entry:
    """Make an earlier champion champion again; the pipeline does not promote what was taken off until it is named.

    Args:
        model: registered model.
        reason: for whoever meets it in the log.
        to: a version that was champion before; empty: the last one that is not revoked.
        notice: who is told.

    Raises:
        ConfigError: no reason.
        RefusedError: there is nothing to go back to, it was revoked, or somebody else moved the champion meanwhile.
        ArtifactError: its files were altered.
    """
    if not reason.strip():
        raise ConfigError(
            "a rollback without a reason", allowed="a sentence for whoever reads the log", where="--reason"
        )
    uri = tracking_uri()
    client = connect(uri)
    bench = Bench.set_up(uri, client, model, all_versions(client, model))
    stack = _earlier(bench, to)
    target = bench.ledger.registration(model, stack[-1])
    assert target is not None  # noqa: S101 - champions are registered
    standing = bench.ledger.standing(model)
    move = Move.of(
        ROLLBACK,
        target,
        bench.held,
        {CHAMPION: stack[-1], PREVIOUS: stack[-2] if len(stack) > 1 else None},
        reason=reason.strip(),
        instead_of=standing.body["content_digest"] if standing else "",
    )
    record = transact(uri, move, lambda ledger: recheck(uri, client, ledger, move))
    notify(notice, record)
    return record


def _earlier(bench: Bench, to: str) -> list[str]:
    """Return the champions that will stand on each other after the rollback, the new one last."""
    ledger, model = bench.ledger, bench.model
    if not bench.versions:
        raise ArtifactError(f"{model} is not registered", where="`vaegis show` lists what is registered")
    champions = ledger.champions(model)
    now = bench.lawful[CHAMPION]
    if to:
        if to not in (known := ledger.promoted(model)):
            allowed = ", ".join(sorted(known, key=int)) or "none yet"
            raise RefusedError(f"{model} version {to} was never champion", allowed=allowed, where="--to")
        if to == now:
            raise RefusedError(f"{model} version {to} is champion already", where="--to")
        return back_to(champions, to)
    below = champions[:-1] if champions[-1:] == [now] else champions
    below = [version for version in below if version in bench.versions and not _revoked(bench, version)]
    if not below:
        what = f"{model} has no earlier champion to go back to (champion: {now or 'none'})"
        raise RefusedError(what, where="promote another version, or `vaegis revoke` to keep this one from being loaded")
    return below


def _revoked(bench: Bench, version: str) -> bool:
    entry = bench.ledger.registration(bench.model, version)
    return entry is None or bench.ledger.revocation(entry.body["content_digest"]) is not None
