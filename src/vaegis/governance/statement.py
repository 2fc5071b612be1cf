"""What a person says of one model under one policy: approve, reject, waive a gate. Signed, and kept as files.

approvals/<content digest>/<kind>-<person>-<nonce>.json     DSSE envelopes; commit them
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from vaegis import paths
from vaegis.durable import read_json, write_json
from vaegis.errors import ArtifactError, ConfigError
from vaegis.governance.entry import Signer, canonical, read_canonical, read_time
from vaegis.governance.envelope import STATEMENT, payload_of, seal, unseal
from vaegis.governance.trust import Trust

APPROVE: Final = "approve"
REJECT: Final = "reject"
WAIVE: Final = "waive"
KINDS: Final = (APPROVE, REJECT, WAIVE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One person's word on one content digest; worth nothing for another."""

    kind: str
    """One of `KINDS`."""
    model: str
    version: str
    """As it was called then; a rebuilt database may number it otherwise, so it decides nothing."""
    content_digest: str
    policy_digest: str
    alias: str
    expects: str
    """Content digest of the version that held the alias then; empty: none did."""
    person: str
    time: str
    expires: str
    reason: str
    nonce: str
    gate: str = ""
    """The gate that is waived."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.kind not in KINDS or not all(isinstance(value, str) for value in asdict(self).values()):
            raise ArtifactError(f"a statement of kind {self.kind!r}", allowed=", ".join(KINDS))
        if not self.reason.strip():
            raise ConfigError("a statement needs a reason", where="--reason")
        if bool(self.gate) != (self.kind == WAIVE):
            raise ArtifactError(f"statement {self.kind} with gate {self.gate!r}")
        if self.ends <= self.moment:
            raise ConfigError(f"it would expire on {self.expires}, before it is made", where="--days")

    @property
    def moment(self) -> datetime:
        """Return when it was made, by the signer's clock."""
        return read_time(self.time)

    @property
    def ends(self) -> datetime:
        """Return until when it counts."""
        return read_time(self.expires)

    @property
    def label(self) -> str:
        """Return what to call it in a message."""
        return f"{self.kind} by {self.person}, {self.nonce[:8]}"

    def signed(self, signer: Signer) -> dict[str, Any]:
        """Return it as a DSSE envelope."""
        return seal(STATEMENT, canonical(asdict(self)), signer)

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read what was signed."""
        try:
            record = read_canonical(payload)
            known = {field.name for field in fields(cls)}
            if set(record) != known or canonical(record) != payload:
                raise TypeError
            statement = cls(**record)
            _ = statement.moment, statement.ends
        except (ValueError, TypeError, RecursionError):
            raise ArtifactError("the envelope holds no statement") from None
        return statement


def nonce() -> str:
    """Return what makes two statements of the same words two statements."""
    return secrets.token_hex(16)


def keep(statement: Statement, envelope: Mapping[str, Any], folder: Path = paths.APPROVALS) -> Path:
    """Write an envelope into the repository and return its file."""
    name = re.sub(r"[^\w.-]", "_", statement.person)
    file = folder / statement.content_digest / f"{statement.kind}-{name}-{statement.nonce[:8]}.json"
    write_json(file, dict(envelope))
    return file


def envelopes(digest: str, folder: Path = paths.APPROVALS) -> dict[str, Mapping[str, Any]]:
    """Return what lies in the repository about a content digest, by file name; a broken file is an empty envelope."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in sorted((folder / digest).glob("*.json")):
        try:
            record = read_json(file)
        except ArtifactError:
            record = {}
        found[file.name] = record if isinstance(record, dict) else {}
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """The statements that count, and those that do not, each with its reason."""

    statements: tuple[Statement, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a statement must be about to count."""

    content_digest: str
    policy_digest: str
    alias: str
    expects: str
    left: datetime | None = None
    """When the version was last replaced as champion; what was said for it until then is used up."""


def hear(given: Mapping[str, Mapping[str, Any]], trust: Trust, question: Question, now: datetime) -> Heard:
    """Check every envelope; of copies of one, the first counts, and of a person's words the latest, while it is good.

    What was said for a version is used up when another replaced it as champion, or a rollback would not last. A
    rejection stands.
    """
    counted: dict[str, Statement] = {}
    faults = []
    for name, envelope in sorted(given.items()):
        try:
            statement = check(envelope, trust, question, now)
            if statement.nonce in counted:
                raise ArtifactError("it is a copy of another")
            counted[statement.nonce] = statement
        except (ArtifactError, ConfigError) as error:
            faults.append(f"{name}: {str(error).partition('; change: ')[0]}")
    latest = _latest(counted.values())
    used = [item for item in latest if item.kind != REJECT and question.left and item.moment <= question.left]
    faults += [f"{item.label}: the version was replaced as champion since" for item in used]
    return Heard(statements=tuple(item for item in latest if item not in used), faults=tuple(faults))


def check(envelope: Mapping[str, Any], trust: Trust, question: Question, now: datetime) -> Statement:
    """Return the statement if it counts now, for this question.

    Raises:
        ArtifactError: forged, truncated, of the future, expired, about something else, or by a key that does
            not count.
    """
    claimed = Statement.parse(payload_of(envelope, STATEMENT))
    _, person = unseal(envelope, STATEMENT, trust, claimed.moment)
    key = str(envelope["signatures"][0]["keyid"])
    revoked = trust.owner(key)[1].revoked
    if revoked is not None and revoked <= now:
        # When a signature was made is the signer's word; whoever stole the key can date it back.
        raise ArtifactError(f"key {key} of {person} was revoked on {revoked:%Y-%m-%d}")
    if person != claimed.person:
        raise ArtifactError(f"it says {claimed.person}, but {person} signed it")
    if claimed.moment > now:
        raise ArtifactError(f"it is of the future ({claimed.moment:%Y-%m-%d %H:%M} UTC), or the clock was set back")
    if claimed.ends <= now:
        raise ArtifactError(f"it expired on {claimed.ends:%Y-%m-%d}")
    _same("content digest", claimed.content_digest, question.content_digest)
    _same("policy", claimed.policy_digest, question.policy_digest)
    _same("alias", claimed.alias, question.alias)
    _same("champion before", claimed.expects, question.expects)
    return claimed


def _same(what: str, said: str, asked: str) -> None:
    if said != asked:
        raise ArtifactError(f"it is about another {what}: {said[:12] or 'none'}, now it is {asked[:12] or 'none'}")


def _latest(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Keep of each person the latest word, approve or reject; waivers all stand."""
    ordered = sorted(statements, key=lambda item: (item.moment, item.kind == REJECT, item.nonce))
    last = {item.person: item for item in ordered if item.kind != WAIVE}
    return tuple(item for item in ordered if item.kind == WAIVE or last[item.person] is item)
