"""Who must approve, who may waive, and whether they did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from vaegis.errors import ConfigError
from vaegis.governance.dossier import Dossier
from vaegis.governance.gates import FAILED, PASSED, WAIVED, GateResult
from vaegis.governance.statement import APPROVE, REJECT, WAIVE, Statement
from vaegis.governance.trust import Trust

APPROVALS: Final = "approvals"
"""What stands for a metric in the result of an approval."""
_WHY: Final = "People who answer for it must have looked at this very model, under this very policy."


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalRule:
    """So many distinct people of these roles must approve."""

    roles: tuple[str, ...]
    """Whoever has one of them counts."""
    count: int = 1
    author: bool = False
    """Whether who made the model may approve it."""
    valid_days: float = 30.0
    """How long an approval counts, if it does not end earlier."""

    def __post_init__(self) -> None:
        """Refuse a rule that asks nobody, or for ever."""
        where = "policy.yaml: approvals"
        if not self.roles or self.count < 1:
            what = f"an approval by {self.count} of {list(self.roles)}"
            raise ConfigError(what, allowed="at least one role and one person", where=where)
        if not 0 < self.valid_days <= 3660:
            raise ConfigError(f"valid_days is {self.valid_days}", allowed="above 0, at most 3660", where=where)

    @property
    def name(self) -> str:
        """Return what its result is called."""
        return f"approved by {self.count} of {' or '.join(self.roles)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class WaiverRule:
    """Who may let a failed gate pass, for how long, and which gates nobody may."""

    roles: tuple[str, ...]
    maximum_days: float = 90.0
    never: tuple[str, ...] = ()
    """Names of gates."""

    def __post_init__(self) -> None:
        """Refuse a rule for nobody, or for ever."""
        where = "policy.yaml: waivers"
        if not self.roles:
            raise ConfigError("waivers have no role", allowed="at least one", where=where)
        if not 0 < self.maximum_days <= 3660:
            raise ConfigError(f"maximum_days is {self.maximum_days}", allowed="above 0, at most 3660", where=where)


def require_people(rules: Sequence[ApprovalRule], trust: Trust) -> None:
    """Refuse rules that nobody could ever satisfy.

    Raises:
        ConfigError: a role has too few people with a key.
    """
    for rule in rules:
        people = sorted({name for role in rule.roles for name in trust.roles.get(role, ())})
        if len(people) < rule.count:
            what = f"{rule.name}: impossible, {len(people)} with a key have it ({', '.join(people) or 'nobody'})"
            raise ConfigError(what, where="trust.yaml, or policy.yaml: approvals")


def judge_approvals(rules: Sequence[ApprovalRule], known: Dossier) -> tuple[GateResult, ...]:
    """Return one result a rule, and one for each rejection; a person counts for one of all the places only."""
    places = [(number, rule) for number, rule in enumerate(rules) for _ in range(rule.count)]
    candidates = [_allowed(rule, known) for _, rule in places]
    taken = _assign([sorted(found) for found, _ in candidates])
    results = []
    for number, rule in enumerate(rules):
        mine = [place for place, (owner, _) in enumerate(places) if owner == number]
        people = sorted(person for person, place in taken.items() if place in mine)
        refused = list(dict.fromkeys(reason for place in mine for reason in candidates[place][1]))
        results.append(_result(rule, people, [*refused, *known.heard.faults]))
    return (*results, *_rejections(rules, known))


def _allowed(rule: ApprovalRule, known: Dossier) -> tuple[set[str], list[str]]:
    """Return who approved and may, and why others do not count."""
    people, reasons = set(), []
    for item in known.heard.statements:
        if item.kind != APPROVE or not _has_role(item.person, rule.roles, known):
            continue
        if not rule.author and (trouble := _authorship(item.person, known)):
            reasons.append(trouble)
        elif known.now >= item.moment + timedelta(days=rule.valid_days):
            reasons.append(f"the approval by {item.person} is older than {rule.valid_days:g} days")
        else:
            people.add(item.person)
    return people, reasons


def _has_role(person: str, roles: Sequence[str], known: Dossier) -> bool:
    return known.trust is not None and bool(set(known.trust.person(person).roles) & set(roles))


def _authorship(person: str, known: Dossier) -> str:
    """Say why somebody may not decide on the model as its author; empty if he may."""
    if not known.authors:
        return "nobody knows who made the model, so nobody can be told apart from its author"
    held = known.trust.person(person) if known.trust else None
    names = {person, *(held.emails if held else ())}
    same = {name.casefold() for name in names} & {name.casefold() for name in known.authors}
    return f"{person} made the model" if same else ""


def _assign(wishes: Sequence[Sequence[str]]) -> dict[str, int]:
    """Give every place a person of its own, as far as possible (Kuhn's augmenting paths)."""
    taken: dict[str, int] = {}

    def seat(place: int, asked: set[str]) -> bool:
        for person in wishes[place]:
            if person not in asked:
                asked.add(person)
                if person not in taken or seat(taken[person], asked):
                    taken[person] = place
                    return True
        return False

    for place in range(len(wishes)):
        seat(place, set())
    return taken


def _result(rule: ApprovalRule, people: Sequence[str], faults: Sequence[str]) -> GateResult:
    enough = len(people) >= rule.count
    said = f"approved by {', '.join(people)}" if people else "nobody approved"
    notes = "" if enough or not faults else f" (does not count: {'; '.join(faults)})"
    return GateResult(
        name=rule.name,
        metric=APPROVALS,
        status=PASSED if enough else FAILED,
        required=True,
        value=float(len(people)),
        bound=float(rule.count),
        condition=f"{rule.count} of {' or '.join(rule.roles)}{'' if rule.author else ', not the author'}",
        reason=f"{said}{notes}",
        why=_WHY,
    )


def _rejections(rules: Sequence[ApprovalRule], known: Dossier) -> tuple[GateResult, ...]:
    roles = [role for rule in rules for role in rule.roles]
    said = [item for item in known.heard.statements if item.kind == REJECT and _has_role(item.person, roles, known)]
    return tuple(
        GateResult(
            name=f"not rejected by {item.person}",
            metric="rejections",
            status=FAILED,
            required=True,
            value=1.0,
            bound=0.0,
            condition="no rejection",
            reason=f"rejected by {item.person}: {item.reason}",
            why="A person whose approval is asked for has refused it.",
        )
        for item in said
    )


def waive(results: Sequence[GateResult], rule: WaiverRule | None, known: Dossier) -> tuple[GateResult, ...]:
    """Let failed gates pass for which a waiver counts; the others say why theirs does not."""
    waivers = [item for item in known.heard.statements if item.kind == WAIVE]
    return tuple(_waive(result, waivers, rule, known) if result.status == FAILED else result for result in results)


def _waive(result: GateResult, waivers: Sequence[Statement], rule: WaiverRule | None, known: Dossier) -> GateResult:
    for item in waivers:
        if item.gate != result.name:
            continue
        trouble = _waiver_trouble(item, rule, known)
        if not trouble:
            until = f"waived by {item.person} until {item.ends:%Y-%m-%d}: {item.reason}"
            return replace(result, status=WAIVED, reason=f"{result.reason}; {until}")
        result = replace(result, reason=f"{result.reason}; a waiver does not count: {trouble}")
    return result


def _waiver_trouble(item: Statement, rule: WaiverRule | None, known: Dossier) -> str:
    if rule is None:
        return "the policy allows none"
    if item.gate in rule.never:
        return "this gate is never waived"
    if not _has_role(item.person, rule.roles, known):
        return f"{item.person} is none of {' or '.join(rule.roles)}"
    if item.ends - item.moment > timedelta(days=rule.maximum_days):
        return f"it is for more than {rule.maximum_days:g} days"
    return _authorship(item.person, known)
