"""`vaegis audit`: whether the log can be believed, and what it tells."""

from dataclasses import asdict
from typing import Annotated

import typer

from vaegis.cli.options import AsJson
from vaegis.cli.output import emit
from vaegis.errors import ArtifactError

audit = typer.Typer(help="The audit log: verify, show.", no_args_is_help=True)


@audit.command()
def verify(as_json: AsJson = False) -> None:
    """Check every entry, its place and its signature; names the first one that is bad."""
    from vaegis.registry.address import tracking_uri  # noqa: PLC0415
    from vaegis.registry.journal import audit_log  # noqa: PLC0415

    log = audit_log(tracking_uri())
    entries = log.entries()
    head = entries[-1].digest if entries else ""
    signed = sum(bool(entry.key) for entry in entries)
    record = {"log": str(log.path), "anchor": str(log.anchor), "entries": len(entries), "signed": signed, "head": head}
    first = f"{len(entries)} entries in {log.path}, all in place, {signed} signed"
    emit(record, as_json, first, f"head {head or 'none yet'} (note it elsewhere: it proves that nothing was cut off)")


@audit.command()
def show(
    name: Annotated[str, typer.Argument(help="NAME or NAME/VERSION.", show_default=False)], as_json: AsJson = False
) -> None:
    """Tell the life of a model, or of one version, in plain words."""
    from vaegis.governance.story import about, tell  # noqa: PLC0415
    from vaegis.registry.address import tracking_uri  # noqa: PLC0415
    from vaegis.registry.journal import audit_log  # noqa: PLC0415

    entries = audit_log(tracking_uri()).entries()
    model, _, version = name.removeprefix("models:/").partition("/")
    found = about(entries, model, version)
    if not found:
        known = sorted({str(entry.body["model"]) for entry in entries if entry.body.get("model")})
        raise ArtifactError(
            f"the audit log says nothing of {name}", allowed=", ".join(known) or "nothing yet", where="NAME"
        )
    emit([asdict(entry) for entry in found], as_json, *tell(found))
