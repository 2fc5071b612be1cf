"""`vaegis review`: what a person should see before approving a version. Changes nothing, needs no training data."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit, table

if TYPE_CHECKING:
    from vaegis.registry.review import Review

_LONG = 60


def review(
    version: Annotated[str, typer.Argument(help="NAME/VERSION.", show_default=False)], as_json: AsJson = False
) -> None:
    """Judge a registered version anew from its evidence, beside the champion, and say who approved."""
    from vaegis.registry.review import Desk  # noqa: PLC0415 - mlflow: seconds

    found = Desk.lay(version).review()
    parts: list[Any] = [_head(found), "", _gates(found)]
    parts += ["", _requirements(found)] * bool(found.verdict.requirements)
    parts += ["", *_people(found)] * found.desk.policy.is_signed
    parts += ["", *_made_from(found)]
    emit(found.to_json(), as_json, *parts)


def _head(found: "Review") -> str:
    desk, verdict = found.desk, found.verdict
    name = f"{desk.version.name} version {desk.version.version}, content {verdict.content_digest[:12]}"
    lines = [
        f"{name}, registered by audit log entry {desk.entry.seq}, every file verified",
        f"policy {verdict.policy_digest[:12]}, level {verdict.level}; compared with: {verdict.compared_with}",
        verdict.summary,
    ]
    if desk.evidence.policy_digest != verdict.policy_digest:
        lines.insert(2, "the policy has changed since the version was registered; judged by the one of today")
    return "\n".join(lines)


def _gates(found: "Review") -> Table:
    grid = table("", "gate", "value", "asked", "champion", "why")
    ordered = sorted((*found.verdict.gates, *found.verdict.approvals), key=lambda item: not item.refuses)
    for item in ordered:
        mark = item.status if item.required else f"{item.status} (advice)"
        why = item.reason if item.refuses else ""
        grid.add_row(mark, item.name, _number(item.value), item.condition, _number(found.theirs.get(item.metric)), why)
    return grid


def _requirements(found: "Review") -> Table:
    grid = table("", "requirement", "text", "source", "owner", "shown by")
    for item in found.verdict.requirements:
        grid.add_row(item.status, item.id, item.text, item.source, item.owner, item.reason)
    return grid


def _people(found: "Review") -> list[str]:
    said = [
        f"{item.kind} by {item.person} until {item.ends:%Y-%m-%d}: {item.reason}" for item in found.heard.statements
    ]
    lines = [f"made by    {', '.join(found.authors) or 'nobody knows whom'}"]
    lines += [f"said       {line}" for line in said or ["nothing yet"]]
    return lines + [f"not heard  {fault}" for fault in found.heard.faults]


def _made_from(found: "Review") -> list[str]:
    if found.desk.opponent is None:
        return ["no champion to compare with"]
    label = f"champion version {found.desk.opponent[0].version}"
    if not found.differences:
        return [f"made from the same as {label}, or its evidence is gone"]
    lines = [f"{name}: {_short(theirs)} -> {_short(own)}" for name, (theirs, own) in found.differences.items()]
    return [f"made from, {label} -> this version:", *(f"  {line}" for line in lines)]


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "-"


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text[:12] if len(text) in (40, 64) else text[:_LONG]
