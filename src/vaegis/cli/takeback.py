"""`vaegis rollback` and `vaegis revoke`: take a champion off, or a content out of the world."""

from typing import Annotated

import typer

from vaegis import paths
from vaegis.cli.options import AsJson
from vaegis.cli.output import emit
from vaegis.config.load import load_section
from vaegis.config.promote import PromoteConfig

Reason = Annotated[str, typer.Option(help="Why, for whoever meets it in the log.", show_default=False)]


def rollback(
    model: Annotated[str, typer.Argument(help="Registered model.")],
    reason: Reason,
    to: Annotated[str, typer.Option(help="A version that was champion before; empty: the last one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make an earlier champion champion again, its bytes checked; the pipeline does not put the other one back."""
    from vaegis.registry.rollback import roll_back  # noqa: PLC0415 - mlflow: seconds

    entry = roll_back(model, reason, to, _notice())
    after = {alias: version for alias, version in entry.body["after"].items() if version}
    said = {"model": model, "aliases": after, "entry": entry.seq, "reason": entry.body["reason"]}
    emit(said, as_json, f"champion of {model} is version {entry.body['version']} again (audit log entry {entry.seq})")


def revoke(
    what: Annotated[str, typer.Argument(help="NAME/VERSION, or a content digest (12 digits or more).")],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Make a content digest unloadable for good, as whatever version it is registered."""
    from vaegis.registry.notice import notify  # noqa: PLC0415
    from vaegis.registry.revocation import revoke as revoke_content  # noqa: PLC0415

    entry = revoke_content(what, reason)
    notify(_notice(), entry)
    versions = ", ".join(entry.body["versions"]) or "no version yet"
    line = f"content {entry.body['content_digest'][:12]} is revoked ({versions}; audit log entry {entry.seq})"
    emit({**entry.body, "entry": entry.seq}, as_json, f"{line}; where it is champion: vaegis rollback")


def _notice() -> str:
    """Return who is told; outside a project nobody is."""
    return load_section("promote", PromoteConfig).notify if paths.PARAMS.is_file() else ""
