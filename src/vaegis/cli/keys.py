"""`vaegis keys`: who may sign. Private keys stay outside the repository, public ones stand in trust.yaml."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from vaegis import paths
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table
from vaegis.errors import ConfigError

keys = typer.Typer(help="Keys for approvals: new, rotate, revoke, list.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="A person of trust.yaml, or a new one.")]
Days = Annotated[float, typer.Option(help="How long the key counts, days.")]
Ask = Annotated[bool, typer.Option("--passphrase", help="Protect the private key; asked for, never shown.")]


@keys.command()
def new(
    name: Name,
    role: Annotated[list[str] | None, typer.Option(help="What the person may decide as; repeat for several.")] = None,
    email: Annotated[list[str] | None, typer.Option(help="As in git, so that authors are known; repeat.")] = None,
    days: Days = 365.0,
    passphrase: Ask = False,
    as_json: AsJson = False,
) -> None:
    """Make a key: the private one for its owner only, the public one into trust.yaml."""
    from vaegis.governance import keyring  # noqa: PLC0415 - loads cryptography
    from vaegis.governance.keys import PrivateKey  # noqa: PLC0415

    now = datetime.now(UTC)
    key = PrivateKey.generate(name)
    ends = now + _span(days)
    trust = keyring.add(keyring.read_or_begin(), key, now, until=ends, roles=role or (), emails=email or ())
    file = key.save(_passphrase() if passphrase else "")
    keyring.save(trust)
    _told({"person": name, "key": key.key, "private": str(file), "until": ends.isoformat()}, as_json)


@keys.command()
def rotate(name: Name, days: Days = 365.0, passphrase: Ask = False, as_json: AsJson = False) -> None:
    """Replace a person's key: the old one signs no more, what it signed stays good."""
    from vaegis.governance import keyring  # noqa: PLC0415 - loads cryptography
    from vaegis.governance.keys import PrivateKey  # noqa: PLC0415
    from vaegis.governance.trust import load_trust  # noqa: PLC0415

    now = datetime.now(UTC)
    key = PrivateKey.generate(name)
    ends = now + _span(days)
    trust = keyring.add(keyring.retire(load_trust(), name, now), key, now, until=ends)
    file = key.save(_passphrase() if passphrase else "")
    keyring.save(trust)
    _told({"person": name, "key": key.key, "private": str(file), "until": ends.isoformat()}, as_json)


@keys.command()
def revoke(
    key: Annotated[str, typer.Argument(help="Id of the key, see `vaegis keys list`.")],
    reason: Annotated[str, typer.Option(help="Why, for whoever is refused.")],
    since: Annotated[str, typer.Option(help="From when on, ISO date or time; empty: now.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let nothing count that a lost or stolen key signs, nor approvals by it that still wait."""
    from vaegis.governance import keyring  # noqa: PLC0415 - loads cryptography
    from vaegis.governance.entry import read_time  # noqa: PLC0415
    from vaegis.governance.trust import load_trust  # noqa: PLC0415

    try:
        moment = read_time(since) if since else datetime.now(UTC)
    except ValueError:
        raise ConfigError(f"since is {since!r}", allowed="an ISO date, such as 2027-01-31", where="--since") from None
    trust = keyring.revoke(load_trust(), key, moment, reason, datetime.now(UTC))
    keyring.save(trust)
    person = trust.owner(key)[0].name
    record = {"person": person, "key": key, "revoked": moment.isoformat(timespec="seconds"), "reason": reason}
    emit(record, as_json, f"key {key} of {person} is revoked; commit {paths.TRUST}", f"next: vaegis keys new {person}")


@keys.command("list")
def show(as_json: AsJson = False) -> None:
    """List people, roles and keys, and whether each key counts now."""
    from vaegis.governance.trust import load_trust  # noqa: PLC0415

    now = datetime.now(UTC)
    trust = load_trust()
    grid = table("person", "roles", "key", "counts")
    lines = []
    for person in trust.people:
        for key in person.keys:
            state = key.trouble(now) or "yes"
            grid.add_row(person.name, ", ".join(person.roles), key.id, state)
            lines.append({"person": person.name, "roles": list(person.roles), "key": key.id, "counts": state})
    emit({"people": lines, "digest": trust.digest}, as_json, grid)


def _span(days: float) -> timedelta:
    if not 0 < days <= 3660:
        raise ConfigError(f"days is {days:g}", allowed="above 0, at most 3660", where="--days")
    return timedelta(days=days)


def _passphrase() -> str:
    spoken: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    return spoken


def _told(record: dict[str, Any], as_json: bool) -> None:
    first = f"{record['person']} has key {record['key']} until {record['until'][:10]}"
    emit(
        record, as_json, first, f"private: {record['private']} (keep it, share it with nobody)", f"commit {paths.TRUST}"
    )
