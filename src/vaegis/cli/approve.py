"""`vaegis approve`, `reject` and `waive`: a person's signed word on one version under one policy."""

from typing import Annotated

import typer

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit

Version = Annotated[str, typer.Argument(help="NAME/VERSION.", show_default=False)]
Reason = Annotated[str, typer.Option(help="Why, for whoever reads it later.", show_default=False)]
Days = Annotated[float, typer.Option(help="How long it counts, days.")]
Key = Annotated[str, typer.Option(help="Person or key id, where several people's keys lie here.")]


def approve(version: Version, reason: Reason, days: Days = 30.0, key: Key = "", as_json: AsJson = False) -> None:
    """Approve a version; look at it with `vaegis review` first."""
    _say("approve", version, reason, days, "", key, as_json)


def reject(version: Version, reason: Reason, days: Days = 365.0, key: Key = "", as_json: AsJson = False) -> None:
    """Reject a version: it is not promoted, whoever else approves."""
    _say("reject", version, reason, days, "", key, as_json)


def waive(
    version: Version,
    gate: Annotated[str, typer.Argument(help="Name of the gate, as in policy.yaml.", show_default=False)],
    reason: Reason,
    days: Days = 30.0,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Let a failed gate pass for this version, where the policy allows it."""
    _say("waive", version, reason, days, gate, key, as_json)


def _say(kind: str, version: str, reason: str, days: float, gate: str, key: str, as_json: bool) -> None:
    from vaegis.registry.speaking import speak  # noqa: PLC0415 - mlflow: seconds

    said = speak(version, kind, reason, days, gate=gate, key=key)
    statement = said.statement
    record = {
        "kind": kind,
        "person": statement.person,
        "content_digest": statement.content_digest,
        "expires": statement.expires,
        "file": str(said.file),
        "entry": said.entry.seq,
    }
    what = f"{kind} {statement.model} version {statement.version}, content {statement.content_digest[:12]}"
    emit(
        record,
        as_json,
        f"{what}: signed by {statement.person} until {statement.expires[:10]} (audit log entry {said.entry.seq})",
        f"commit {said.file}; next: vaegis repro",
    )
