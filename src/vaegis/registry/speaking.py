"""Say something of a version that counts: approve it, reject it, waive one of its gates. Signed, filed and logged."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from vaegis.errors import ConfigError, RefusedError, ServiceError
from vaegis.governance.entry import Entry
from vaegis.governance.keys import open_key
from vaegis.governance.prepare import present
from vaegis.governance.record import EVENT_OF
from vaegis.governance.statement import WAIVE, Statement, check, keep, nonce
from vaegis.governance.trust import Person, load_trust
from vaegis.registry.journal import audit_log
from vaegis.registry.review import Desk


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What was said, and where it stands."""

    statement: Statement
    file: Path
    entry: Entry


def speak(text: str, kind: str, reason: str, days: float, *, gate: str = "", key: str = "") -> Said:
    """Sign a statement of `kind` about a version, for so many days; `key` chooses among several people's keys here.

    Raises:
        ConfigError: level `solo`, no key, no reason, or an unknown gate.
        RefusedError: the person has no role that asks for it, or made the model.
        ArtifactError: the version is not what was registered.
        ServiceError: the clock is behind that of the log.
    """
    desk = Desk.lay(text)
    if not desk.policy.is_signed:
        raise ConfigError("nobody signs at level solo", allowed="level: team or regulated", where="policy.yaml: level")
    now, trust = present(desk.ledger.entries), load_trust()
    private = open_key(trust, now, key)
    _require_right(desk, trust.person(private.person), kind, gate)
    question = desk.question
    if question.left and now <= question.left:  # another machine's clock is ahead of this one's
        what = f"{text} was replaced as champion at {question.left:%H:%M:%S} UTC, and by this clock that is not past"
        raise ServiceError(what, where="the clock of this machine, or wait")
    statement = Statement(
        kind=kind,
        model=desk.version.name,
        version=str(desk.version.version),
        content_digest=question.content_digest,
        policy_digest=question.policy_digest,
        alias=question.alias,
        expects=question.expects,
        person=private.person,
        time=now.isoformat(),
        expires=(now + _span(days)).isoformat(),
        reason=reason.strip(),
        nonce=nonce(),
        gate=gate,
    )
    envelope = statement.signed(private)
    check(envelope, trust, question, now)
    about = {
        name: getattr(statement, name) for name in ("model", "version", "content_digest", "expires", "reason", "nonce")
    }
    body = {**about, "envelope": envelope, **({"gate": gate} if gate else {})}
    # The log first: a file without its entry would be a word that nobody can date.
    entry = audit_log(desk.uri).append(EVENT_OF[kind], body, signer=private)
    return Said(statement=statement, file=keep(statement, envelope), entry=entry)


def _require_right(desk: Desk, person: Person, kind: str, gate: str) -> None:
    policy = desk.policy
    if kind == WAIVE:
        names = [item.name for item in policy.gates]
        if gate not in names:
            raise ConfigError(f"the policy has no gate {gate!r} of its own", allowed=", ".join(names), where="GATE")
        if policy.waivers is None or gate in policy.waivers.never:
            raise RefusedError(f"gate {gate!r} is never waived", where="policy.yaml: waivers")
    rules = policy.approvals if kind != WAIVE else ()
    waives = policy.waivers.roles if kind == WAIVE and policy.waivers else ()
    roles = sorted({role for rule in rules for role in rule.roles} | set(waives))
    if not set(roles) & set(person.roles):
        what = f"{person.name} is {', '.join(person.roles)}, and the policy asks {' or '.join(roles)}"
        raise RefusedError(what, where="trust.yaml, or policy.yaml")
    made = {name.casefold() for name in desk.evidence.figures.authors}
    may = kind != WAIVE and any(rule.author for rule in rules if set(rule.roles) & set(person.roles))
    if kind != "reject" and not may and made & {name.casefold() for name in (person.name, *person.emails)}:
        raise RefusedError(f"{person.name} made the model, and so cannot {kind} it", where="ask somebody else")


def _span(days: float) -> timedelta:
    if not 0 < days <= 3660:
        raise ConfigError(f"days is {days:g}", allowed="above 0, at most 3660", where="--days")
    return timedelta(days=days)
