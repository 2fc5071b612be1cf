"""Change the trust list: a new key, a rotated one, a revoked one. The file is written whole; git keeps its history."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import yaml

from vaegis import paths
from vaegis.durable import write_bytes
from vaegis.errors import ConfigError
from vaegis.governance.keys import PrivateKey
from vaegis.governance.trust import Person, PublicKey, Trust, as_yaml, load_trust

_HEAD: Final = """\
# Whose signature counts, in which role. Public keys only; private ones lie in ~/.config/vaegis/keys of their owners.
# Commit every change: who may change this file decides what a signature is worth. docs/governance.md
"""


def read_or_begin(path: Path = paths.TRUST) -> Trust:
    """Return the trust list, an empty one if there is none yet."""
    return load_trust(path) if path.exists() else Trust(version=1)


def save(trust: Trust, path: Path = paths.TRUST) -> None:
    """Write the trust list."""
    text = yaml.safe_dump(as_yaml(trust), sort_keys=False, allow_unicode=True, width=120)
    write_bytes(path, (_HEAD + text).encode())


def add(
    trust: Trust,
    key: PrivateKey,
    now: datetime,
    *,
    until: datetime | None = None,
    roles: Sequence[str] = (),
    emails: Sequence[str] = (),
) -> Trust:
    """Add a key; its owner is made if need be, and takes on the roles and addresses given."""
    held = [person for person in trust.people if person.name == key.person]
    if not held and not roles:
        raise ConfigError(f"{key.person!r} is new and has no role", allowed="at least one", where="--role")
    before = held[0] if held else Person(name=key.person, roles=())
    public = PublicKey(id=key.key, public=base64.b64encode(key.public).decode(), since=_second(now), until=until)
    after = Person(
        name=key.person,
        roles=tuple(dict.fromkeys([*before.roles, *roles])),
        emails=tuple(dict.fromkeys([*before.emails, *emails])),
        keys=(*before.keys, public),
    )
    people = [after if person.name == key.person else person for person in trust.people]
    return replace(trust, people=tuple(people if held else [*people, after]))


def retire(trust: Trust, name: str, now: datetime) -> Trust:
    """Let every key of a person that still counts end now: what it signed stays good."""
    person = trust.person(name)
    if not any(not key.trouble(now) for key in person.keys):
        raise ConfigError(f"{name} has no key that counts", where="`vaegis keys new NAME`")
    keys = tuple(key if key.trouble(now) else replace(key, until=_end(key, now)) for key in person.keys)
    return _with(trust, replace(person, keys=keys))


def revoke(trust: Trust, key: str, since: datetime, reason: str, now: datetime | None = None) -> Trust:
    """Let nothing count that a key signed at or after `since`, and no approval by it that still waits.

    What stands in the audit log stays: only from `now` on (absent: `since`) an entry by the key breaks the log.
    """
    person, held = trust.owner(key)
    if held.revoked is not None and held.revoked <= since:
        raise ConfigError(
            f"key {key} of {person.name} was revoked on {held.revoked:%Y-%m-%d} already", where="trust.yaml"
        )
    revoked = replace(held, revoked=since, noted=max(now or since, since), reason=reason)
    return _with(trust, replace(person, keys=tuple(revoked if item.id == key else item for item in person.keys)))


def _with(trust: Trust, person: Person) -> Trust:
    return replace(trust, people=tuple(person if item.name == person.name else item for item in trust.people))


def _end(key: PublicKey, now: datetime) -> datetime:
    """Return now; a validity lasts a second at least."""
    return max(now, key.since + timedelta(seconds=1))


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
